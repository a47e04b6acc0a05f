package dev.parley.protocol.socketio;

import dev.parley.protocol.engineio.Message;
import java.util.List;

/**
 * The wire form of Socket.IO packets inside Engine.IO messages. Server and clients must use the same one. Stateless and
 * safe from any thread; what a connection has to remember is in its {@link PacketDecoder}.
 */
public interface PacketCodec {
  /** How deep the arrays and maps of a MessagePack packet may nest; the map that is the packet itself counts. */
  int MAX_MSGPACK_DEPTH = 64;

  /**
   * The messages of a packet, to be sent in this order and without another message between them: for JSON the text and
   * then each attachment, for MessagePack one binary message.
   *
   * @throws IllegalArgumentException if the body is of the other codec, or has attachments where none can travel
   */
  List<Message> encode(Packet packet);

  /**
   * A decoder for one connection.
   *
   * @param maxAttachments how many attachments one packet may have; MessagePack has none
   * @param maxNamespaceLength longest namespace in bytes of UTF-8, the slash counts, a query behind it does not
   * @param maxAttachmentBytes how many bytes all attachments of one packet may have together
   */
  PacketDecoder newDecoder(int maxAttachments, int maxNamespaceLength, long maxAttachmentBytes);

  /** The default: text, with attachments as binary messages behind it. */
  static PacketCodec json() {
    return JsonPacketCodec.INSTANCE;
  }

  /** One MessagePack map per packet, as {@code socket.io-msgpack-parser} 3 speaks it. */
  static PacketCodec msgpack() {
    return MsgpackPacketCodec.INSTANCE;
  }
}
