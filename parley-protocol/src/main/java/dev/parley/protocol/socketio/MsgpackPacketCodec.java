package dev.parley.protocol.socketio;

import dev.parley.protocol.engineio.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One packet is one map {@code {type, data, nsp, id}}, {@code data} absent for DISCONNECT and maybe CONNECT, {@code id}
 * only where an acknowledgement is meant. Binary data stays where it is in the value, so there are no attachments.
 */
final class MsgpackPacketCodec implements PacketCodec {
  static final MsgpackPacketCodec INSTANCE = new MsgpackPacketCodec();

  static final String TYPE = "type";
  static final String DATA = "data";
  static final String NAMESPACE = "nsp";
  static final String ID = "id";

  /** More than the keys, the type, an id and the heads can take. */
  private static final int MAX_HEADER = 48;

  private MsgpackPacketCodec() {}

  @Override
  public PacketDecoder newDecoder(
      int maxAttachments, int maxNamespaceLength, long maxAttachmentBytes) {
    return new MsgpackPacketDecoder(maxNamespaceLength);
  }

  @Override
  public List<Message> encode(Packet packet) {
    Message data = data(packet);
    String namespace = Headers.wireNamespace(packet);
    long ackId = Headers.ackId(packet);

    MsgpackWriter writer =
        new MsgpackWriter(MAX_HEADER + 3 * namespace.length() + (data == null ? 0 : data.length()));
    writer.writeMapHeader(2 + (data == null ? 0 : 1) + (ackId == Packet.NO_ACK ? 0 : 1));
    writer.writeString(TYPE);
    writer.writeLong(Headers.type(packet));
    if (data != null) {
      writer.writeString(DATA);
      writer.writeRaw(data);
    }
    writer.writeString(NAMESPACE);
    writer.writeString(namespace);
    if (ackId != Packet.NO_ACK) {
      writer.writeString(ID);
      writer.writeLong(ackId);
    }
    return List.of(writer.toMessage());
  }

  private static @Nullable Message data(Packet packet) {
    Body body = Headers.body(packet);
    if (body == null) {
      return null;
    }
    if (body.isJson() || !body.attachments().isEmpty()) {
      throw new IllegalArgumentException("a JSON body for the MessagePack codec");
    }
    return body.raw();
  }
}
