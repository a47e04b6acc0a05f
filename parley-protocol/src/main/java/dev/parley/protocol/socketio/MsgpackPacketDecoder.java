package dev.parley.protocol.socketio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Headers.Address;
import dev.parley.protocol.socketio.MsgpackReader.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accepts the keys of a packet in any order and passes over those it does not know, such as {@code options}. */
final class MsgpackPacketDecoder implements PacketDecoder {
  private final int maxNamespaceLength;

  MsgpackPacketDecoder(int maxNamespaceLength) {
    this.maxNamespaceLength = maxNamespaceLength;
  }

  @Override
  public boolean expectsAttachments() {
    return false;
  }

  @Override
  public Packet decode(Message message) {
    if (message.isText()) {
      throw malformed("text, MessagePack packets are binary");
    }
    MsgpackReader reader = new MsgpackReader(message, PacketCodec.MAX_MSGPACK_DEPTH);
    if (reader.next() != Kind.MAP) {
      throw malformed("a packet that is not a map");
    }
    Fields fields = new Fields();
    for (Kind key = reader.next(); key != Kind.END; key = reader.next()) {
      switch (key == Kind.STRING && reader.size() <= 4 ? reader.stringValue() : "") {
        case MsgpackPacketCodec.TYPE -> fields.readType(reader);
        case MsgpackPacketCodec.DATA -> fields.readData(reader, message);
        case MsgpackPacketCodec.NAMESPACE -> fields.readNamespace(reader, maxNamespaceLength);
        case MsgpackPacketCodec.ID -> fields.readAckId(reader);
        default -> reader.skip();
      }
    }
    if (reader.hasRemaining()) {
      throw malformed("bytes after the packet");
    }
    return fields.packet();
  }

  private static ProtocolException malformed(String message) {
    return new ProtocolException(Reason.MALFORMED, message);
  }

  /** What has been found so far. A key may come once: JavaScript would take the last, others the first. */
  private static final class Fields {
    private static final int ABSENT = -1;

    private int type = ABSENT;
    private @Nullable Address address;
    private long ackId = Packet.NO_ACK;
    private @Nullable Message data;
    private @Nullable Kind dataKind;

    /** The first value of an array; {@link Kind#END} if it is empty. */
    private @Nullable Kind firstKind;

    void readType(MsgpackReader reader) {
      requireFirst(type == ABSENT);
      if (reader.next() != Kind.INTEGER
          || reader.longValue() < Headers.CONNECT
          || reader.longValue() > Headers.CONNECT_ERROR) {
        throw new ProtocolException(Reason.UNKNOWN_TYPE, "a packet type that is not one of 0 to 4");
      }
      type = (int) reader.longValue();
    }

    void readNamespace(MsgpackReader reader, int maxLength) {
      requireFirst(address == null);
      if (reader.next() != Kind.STRING || reader.size() == 0 || reader.content().at(0) != '/') {
        throw malformed("a namespace that is not a string with a slash in front");
      }
      String checked = reader.stringValue();
      address = checked.equals(Headers.DEFAULT_NAMESPACE)
          ? Address.DEFAULT
          : Headers.address(reader.content(), maxLength);
    }

    void readAckId(MsgpackReader reader) {
      requireFirst(ackId == Packet.NO_ACK);
      Kind kind = reader.next();
      if (kind == Kind.UNDEFINED) {
        return;
      }
      if (kind != Kind.INTEGER
          || reader.longValue() < 0
          || reader.longValue() > Headers.MAX_ACK_ID) {
        throw malformed("an ack id that is not an integer from 0 to " + Headers.MAX_ACK_ID);
      }
      ackId = reader.longValue();
    }

    void readData(MsgpackReader reader, Message message) {
      requireFirst(dataKind == null);
      int outside = reader.depth();
      int start = reader.position();
      dataKind = reader.next();
      if (dataKind == Kind.ARRAY) {
        firstKind = reader.next();
      }
      while (reader.depth() > outside) {
        reader.next();
      }
      if (dataKind != Kind.UNDEFINED) {
        int length = reader.position() - start;
        data = Message.binary(message.array(), message.offset() + start, length);
      }
    }

    Packet packet() {
      if (type == ABSENT || address == null) {
        throw malformed("a packet without a type or a namespace");
      }
      if (ackId != Packet.NO_ACK && type != Headers.EVENT && type != Headers.ACK) {
        throw malformed("an ack id in a packet that asks for no acknowledgement");
      }
      String namespace = address.namespace();
      return switch (type) {
        case Headers.CONNECT -> new Packet.Connect(namespace, address.query(), auth());
        case Headers.DISCONNECT -> disconnect(namespace);
        case Headers.EVENT -> new Packet.Event(namespace, named(), ackId);
        case Headers.ACK -> new Packet.Ack(namespace, array(), ackId);
        default -> new Packet.ConnectError(namespace, body());
      };
    }

    /** Python clients write nil for "no data", JavaScript clients leave the key out. */
    private boolean isEmpty() {
      return data == null || dataKind == Kind.NIL;
    }

    private @Nullable Body auth() {
      if (isEmpty()) {
        return null;
      }
      if (dataKind != Kind.MAP) {
        throw malformed("a CONNECT whose data is not a map");
      }
      return body();
    }

    private Packet disconnect(String namespace) {
      if (!isEmpty()) {
        throw malformed("a DISCONNECT with data");
      }
      return new Packet.Disconnect(namespace);
    }

    private Body named() {
      Body array = array();
      if (firstKind != Kind.STRING && firstKind != Kind.INTEGER) {
        throw malformed("an EVENT whose name is not a string or an integer");
      }
      return array;
    }

    private Body array() {
      if (dataKind != Kind.ARRAY) {
        throw malformed("an EVENT or ACK whose data is not an array");
      }
      return body();
    }

    private Body body() {
      if (data == null) {
        throw malformed("a packet without data");
      }
      return new Body(data, List.of());
    }

    private static void requireFirst(boolean first) {
      if (!first) {
        throw malformed("a key that comes twice");
      }
    }
  }
}
