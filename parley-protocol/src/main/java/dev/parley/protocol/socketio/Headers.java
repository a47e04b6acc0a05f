package dev.parley.protocol.socketio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.Message;
import org.jspecify.annotations.Nullable;

/** What both codecs say about packet types, namespaces and acknowledgement ids. */
final class Headers {
  static final int CONNECT = 0;
  static final int DISCONNECT = 1;
  static final int EVENT = 2;
  static final int ACK = 3;
  static final int CONNECT_ERROR = 4;

  static final String DEFAULT_NAMESPACE = "/";

  /** Every client can hold ids up to here; JavaScript would round larger ones. */
  static final long MAX_ACK_ID = (1L << 53) - 1;

  private Headers() {}

  /** A namespace and the query that older clients send behind it. */
  record Address(String namespace, @Nullable String query) {
    static final Address DEFAULT = new Address(DEFAULT_NAMESPACE, null);
  }

  /** @param text starts with a slash */
  static Address address(Message text, int maxNamespaceLength) {
    int end = 0;
    while (end < text.length() && text.at(end) != '?') {
      end++;
    }
    if (end > maxNamespaceLength) {
      throw new ProtocolException(
          Reason.TOO_LARGE, "a namespace of " + end + " bytes, at most " + maxNamespaceLength);
    }
    if (text.length() == 1) {
      return Address.DEFAULT;
    }
    String namespace = Message.text(text.array(), text.offset(), end).asString();
    return new Address(
        namespace, end == text.length() ? null : text.skip(end + 1).asString());
  }

  static int type(Packet packet) {
    if (packet instanceof Packet.Connect) {
      return CONNECT;
    }
    if (packet instanceof Packet.Disconnect) {
      return DISCONNECT;
    }
    if (packet instanceof Packet.Event) {
      return EVENT;
    }
    return packet instanceof Packet.Ack ? ACK : CONNECT_ERROR;
  }

  static @Nullable Body body(Packet packet) {
    if (packet instanceof Packet.Event event) {
      return event.body();
    }
    if (packet instanceof Packet.Ack ack) {
      return ack.body();
    }
    if (packet instanceof Packet.Connect connect) {
      return connect.body();
    }
    return packet instanceof Packet.ConnectError error ? error.body() : null;
  }

  static long ackId(Packet packet) {
    long id = Packet.NO_ACK;
    if (packet instanceof Packet.Event event) {
      id = event.ackId();
    } else if (packet instanceof Packet.Ack ack) {
      id = ack.ackId();
    }
    if (id < Packet.NO_ACK || id > MAX_ACK_ID) {
      throw new IllegalArgumentException("ack id " + id + ", at most " + MAX_ACK_ID);
    }
    return id;
  }

  /** The namespace as it travels, with the query of a protocol 4 client behind it. */
  static String wireNamespace(Packet packet) {
    return packet instanceof Packet.Connect connect && connect.query() != null
        ? packet.namespace() + '?' + connect.query()
        : packet.namespace();
  }
}
