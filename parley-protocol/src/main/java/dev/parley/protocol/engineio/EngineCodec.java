package dev.parley.protocol.engineio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.internal.Utf8;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * Engine.IO packets as WebSocket frames and as polling payloads. There is one codec per revision; it has no state, so
 * every session of every thread shares it.
 *
 * <p>A text packet is a type digit and its data. Binary data, always a message, travels so:
 *
 * <table>
 *   <caption>Binary messages on the wire</caption>
 *   <tr><th></th><th>revision 4</th><th>revision 3</th></tr>
 *   <tr><td>binary frame</td><td>the bytes</td><td>0x04, then the bytes</td></tr>
 *   <tr><td>as text</td><td>{@code b}, then base64</td><td>{@code b4}, then base64</td></tr>
 * </table>
 *
 * <p>Decoding takes time linear in the input and copies nothing but base64; the packets are views of the input.
 */
public final class EngineCodec {
  private static final EngineCodec V3 = new EngineCodec(Revision.V3);
  private static final EngineCodec V4 = new EngineCodec(Revision.V4);

  private static final byte SEPARATOR = 0x1e;
  private static final byte BINARY_MESSAGE = 4;

  /** Packets without data, by type: decoding a heartbeat allocates nothing, and neither does encoding one. */
  private static final EnginePacket[] BARE = new EnginePacket[EnginePacketType.values().length];

  private static final Message[] BARE_FRAMES = new Message[BARE.length];

  static {
    for (EnginePacketType type : EnginePacketType.values()) {
      BARE[type.ordinal()] = EnginePacket.of(type, "");
      BARE_FRAMES[type.ordinal()] = Message.text(new byte[] {type.wire()});
    }
  }

  private final Revision revision;

  private EngineCodec(Revision revision) {
    this.revision = revision;
  }

  public static EngineCodec of(Revision revision) {
    return revision == Revision.V3 ? V3 : V4;
  }

  /**
   * The packet in one WebSocket frame. The text of a frame is taken as checked: a WebSocket host refuses malformed UTF-8.
   *
   * @throws ProtocolException if the frame is empty, has no known type, or its base64 is broken
   */
  public EnginePacket decodeFrame(Message frame) {
    return frame.isText() ? decodeText(frame) : decodeBinary(frame);
  }

  /**
   * The packet as one WebSocket frame.
   *
   * @param base64 whether the peer asked for text only ({@code b64} in its first request)
   */
  public Message encodeFrame(EnginePacket packet, boolean base64) {
    Message data = packet.data();
    if (data.isText()) {
      return data.length() == 0
          ? BARE_FRAMES[packet.type().ordinal()]
          : data.prepend(packet.type().wire());
    }
    if (!base64) {
      return revision == Revision.V3 ? data.prepend(BINARY_MESSAGE) : data;
    }
    byte[] wire = new byte[textSize(packet)];
    writeText(packet, wire, 0);
    return Message.text(wire);
  }

  /**
   * Reads the body of a polling request and hands over its packets in order. What stands before a bad packet has been handed over
   * when the exception is thrown.
   *
   * @param body text, whose UTF-8 is checked here, before the first packet; or binary, which only revision 3 knows
   * @param maxPackets how many packets one body may hold
   * @throws ProtocolException if the body is empty, malformed, or holds more packets than allowed
   */
  public void decodePayload(Message body, int maxPackets, Consumer<EnginePacket> sink) {
    if (!body.isText()) {
      if (revision == Revision.V4) {
        throw new ProtocolException(
            Reason.MALFORMED, "a binary payload, revision 4 allows text only");
      }
      new PayloadV3(this, body, maxPackets, sink).readBinary();
      return;
    }
    requireUtf8(body);
    if (revision == Revision.V3) {
      new PayloadV3(this, body, maxPackets, sink).readText();
    } else {
      decodeSeparated(body, maxPackets, sink);
    }
  }

  /**
   * The body of a polling response.
   *
   * @param packets at least one
   * @param base64 whether the peer asked for text only; revision 4 payloads are text in any case
   * @return text, or for revision 3 binary if a packet is binary and the peer can take it
   */
  public Message encodePayload(List<EnginePacket> packets, boolean base64) {
    if (packets.isEmpty()) {
      throw new IllegalArgumentException("a payload needs at least one packet");
    }
    if (revision == Revision.V4) {
      return encodeSeparated(packets);
    }
    return !base64 && hasBinary(packets)
        ? PayloadV3.encodeBinary(packets)
        : PayloadV3.encodeText(this, packets);
  }

  EnginePacket decodeText(Message text) {
    if (text.length() == 0) {
      throw new ProtocolException(Reason.MALFORMED, "an empty packet");
    }
    int first = text.at(0);
    if (first == 'b') {
      return decodeBase64(text);
    }
    EnginePacketType type = EnginePacketType.of(first);
    if (type == null) {
      throw new ProtocolException(Reason.UNKNOWN_TYPE, "a packet type that is not one of 0 to 6");
    }
    return text.length() == 1 ? BARE[type.ordinal()] : new EnginePacket(type, text.skip(1));
  }

  EnginePacket decodeBinary(Message binary) {
    if (revision == Revision.V4) {
      return EnginePacket.message(binary);
    }
    if (binary.length() == 0) {
      throw new ProtocolException(Reason.MALFORMED, "an empty binary packet");
    }
    if (binary.at(0) != BINARY_MESSAGE) {
      throw new ProtocolException(
          Reason.UNKNOWN_TYPE, "binary type " + (binary.at(0) & 0xff) + ", only 4 may be binary");
    }
    return EnginePacket.message(binary.skip(1));
  }

  private EnginePacket decodeBase64(Message text) {
    int prefix = base64Prefix();
    if (prefix == 2 && (text.length() < 2 || text.at(1) != EnginePacketType.MESSAGE.wire())) {
      throw new ProtocolException(Reason.UNKNOWN_TYPE, "base64 of a type other than 4");
    }
    try {
      ByteBuffer data = Base64.getDecoder().decode(withoutLineBreaks(text.skip(prefix)));
      return EnginePacket.message(Message.binary(data.array(), 0, data.limit()));
    } catch (IllegalArgumentException notBase64) {
      throw new ProtocolException(Reason.MALFORMED, "broken base64");
    }
  }

  /** The official Java client breaks base64 after every 76 digits and at the end. */
  private static ByteBuffer withoutLineBreaks(Message base64) {
    byte[] array = base64.array();
    int end = base64.offset() + base64.length();
    byte[] digits = null;
    int count = 0;
    for (int i = base64.offset(); i < end; i++) {
      boolean lineBreak = array[i] == '\n' || array[i] == '\r';
      if (lineBreak && digits == null) {
        digits = new byte[base64.length()];
        count = i - base64.offset();
        System.arraycopy(array, base64.offset(), digits, 0, count);
      } else if (!lineBreak && digits != null) {
        digits[count++] = array[i];
      }
    }
    return digits == null
        ? ByteBuffer.wrap(array, base64.offset(), base64.length())
        : ByteBuffer.wrap(digits, 0, count);
  }

  private void decodeSeparated(Message body, int maxPackets, Consumer<EnginePacket> sink) {
    byte[] array = body.array();
    int end = body.offset() + body.length();
    int start = body.offset();
    for (int count = 1; start <= end; count++) {
      requireRoom(count, maxPackets);
      int stop = start;
      while (stop < end && array[stop] != SEPARATOR) {
        stop++;
      }
      sink.accept(decodeText(Message.text(array, start, stop - start)));
      start = stop + 1;
    }
  }

  private Message encodeSeparated(List<EnginePacket> packets) {
    long size = packets.size() - 1;
    for (EnginePacket packet : packets) {
      size += textSize(packet);
    }
    byte[] wire = new byte[Math.toIntExact(size)];
    int at = 0;
    for (EnginePacket packet : packets) {
      if (at > 0) {
        wire[at++] = SEPARATOR;
      }
      at = writeText(packet, wire, at);
    }
    return Message.text(wire);
  }

  /** Bytes of the packet as text, without a frame or a separator. */
  int textSize(EnginePacket packet) {
    Message data = packet.data();
    return data.isText()
        ? 1 + data.length()
        : Math.toIntExact(base64Prefix() + (data.length() + 2L) / 3 * 4);
  }

  /** Writes the packet as text and returns the index after it. */
  int writeText(EnginePacket packet, byte[] target, int start) {
    int at = start;
    Message data = packet.data();
    if (data.isText()) {
      target[at++] = packet.type().wire();
      return data.copyTo(target, at);
    }
    target[at++] = 'b';
    if (revision == Revision.V3) {
      target[at++] = EnginePacketType.MESSAGE.wire();
    }
    ByteBuffer digits =
        Base64.getEncoder().encode(ByteBuffer.wrap(data.array(), data.offset(), data.length()));
    System.arraycopy(digits.array(), 0, target, at, digits.limit());
    return at + digits.limit();
  }

  private int base64Prefix() {
    return revision == Revision.V3 ? 2 : 1;
  }

  static boolean hasBinary(List<EnginePacket> packets) {
    for (EnginePacket packet : packets) {
      if (!packet.data().isText()) {
        return true;
      }
    }
    return false;
  }

  static void requireRoom(int count, int maxPackets) {
    if (count > maxPackets) {
      throw new ProtocolException(
          Reason.TOO_LARGE, "more packets in a payload than the " + maxPackets + " allowed");
    }
  }

  static void requireUtf8(Message text) {
    if (!Utf8.isValid(text.array(), text.offset(), text.length())) {
      throw new ProtocolException(Reason.MALFORMED, "text that is not UTF-8");
    }
  }
}
