package dev.parley.test;

import dev.parley.ParleyBuilder;
import dev.parley.WireFormat;

/** The ways in which clients talk to the server; the suite runs over each. */
public enum Way {
  POLLING(TestTransport.POLLING, 4, WireFormat.JSON),
  WEBSOCKET(TestTransport.WEBSOCKET, 4, WireFormat.JSON),
  UPGRADE(TestTransport.UPGRADE, 4, WireFormat.JSON),
  POLLING_OF_REVISION_3(TestTransport.POLLING, 3, WireFormat.JSON),
  WEBSOCKET_OF_REVISION_3(TestTransport.WEBSOCKET, 3, WireFormat.JSON),
  UPGRADE_OF_REVISION_3(TestTransport.UPGRADE, 3, WireFormat.JSON),
  MSGPACK(TestTransport.UPGRADE, 4, WireFormat.MSGPACK);

  private final TestTransport transport;
  private final int revision;
  private final WireFormat format;

  Way(TestTransport transport, int revision, WireFormat format) {
    this.transport = transport;
    this.revision = revision;
    this.format = format;
  }

  void prepare(ParleyBuilder builder) {
    builder.wireFormat(format);
  }

  TestConnector prepare(TestConnector client) {
    TestConnector over = client.transport(transport);
    TestConnector speaking = format == WireFormat.MSGPACK ? over.msgpack() : over;
    return revision == 3 ? speaking.revision3() : speaking;
  }

  boolean isRevision3() {
    return revision == 3;
  }

  boolean isJson() {
    return format == WireFormat.JSON;
  }

  boolean upgrades() {
    return transport == TestTransport.UPGRADE;
  }

  boolean isPollingOnly() {
    return transport == TestTransport.POLLING;
  }
}
