package dev.parley.protocol.socketio;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.internal.Decimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The default codec, Socket.IO protocol 4 and 5:
 *
 * <pre>
 * packet    = type [ attachments "-" ] [ namespace "," ] [ ack-id ] [ JSON ]
 * type      = 0 CONNECT / 1 DISCONNECT / 2 EVENT / 3 ACK / 4 CONNECT_ERROR / 5 EVENT and / 6 ACK with attachments
 * namespace = "/" *any                                           absent for "/"
 * </pre>
 */
final class JsonPacketCodec implements PacketCodec {
  static final JsonPacketCodec INSTANCE = new JsonPacketCodec();

  /** From an event or an acknowledgement to the same with attachments. */
  static final int BINARY_OFFSET = 3;

  private static final byte ENGINE_MESSAGE = '4';

  private JsonPacketCodec() {}

  @Override
  public PacketDecoder newDecoder(
      int maxAttachments, int maxNamespaceLength, long maxAttachmentBytes) {
    return new JsonPacketDecoder(maxAttachments, maxNamespaceLength, maxAttachmentBytes);
  }

  @Override
  public List<Message> encode(Packet packet) {
    Body body = Headers.body(packet);
    int attachments = body == null ? 0 : body.attachments().size();
    Message text = encodeText(packet, attachments);
    if (body == null || attachments == 0) {
      return List.of(text);
    }
    List<Message> messages = new ArrayList<>(1 + attachments);
    messages.add(text);
    for (byte[] attachment : body.attachments()) {
      messages.add(Message.binary(attachment));
    }
    return messages;
  }

  private static Message encodeText(Packet packet, int attachments) {
    int type = Headers.type(packet);
    if (attachments > 0 && type != Headers.EVENT && type != Headers.ACK) {
      throw new IllegalArgumentException("only events and acknowledgements carry attachments");
    }
    Message json = json(packet);
    byte[] namespace = namespace(packet);
    long ackId = Headers.ackId(packet);

    int size = 2 + namespace.length + (namespace.length > 0 ? 1 : 0);
    size += attachments > 0 ? Decimal.digits(attachments) + 1 : 0;
    size += ackId != Packet.NO_ACK ? Decimal.digits(ackId) : 0;
    byte[] wire = new byte[Math.addExact(size, json.length())];

    // The Engine.IO type stands before the text, so that the frame needs no second copy.
    wire[0] = ENGINE_MESSAGE;
    wire[1] = (byte) ('0' + type + (attachments > 0 ? BINARY_OFFSET : 0));
    int at = 2;
    if (attachments > 0) {
      at = Decimal.put(attachments, wire, at);
      wire[at++] = '-';
    }
    if (namespace.length > 0) {
      System.arraycopy(namespace, 0, wire, at, namespace.length);
      at += namespace.length;
      wire[at++] = ',';
    }
    if (ackId != Packet.NO_ACK) {
      at = Decimal.put(ackId, wire, at);
    }
    json.copyTo(wire, at);
    return Message.text(wire, 1, wire.length - 1);
  }

  private static Message json(Packet packet) {
    Body body = Headers.body(packet);
    if (body == null) {
      return Message.text("");
    }
    if (!body.isJson()) {
      throw new IllegalArgumentException("a MessagePack body for the JSON codec");
    }
    return body.raw();
  }

  private static byte[] namespace(Packet packet) {
    String namespace = Headers.wireNamespace(packet);
    return namespace.equals(Headers.DEFAULT_NAMESPACE)
        ? new byte[0]
        : namespace.getBytes(StandardCharsets.UTF_8);
  }
}
