package dev.parley.netty;

import dev.parley.protocol.engineio.Message;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A server's WebSocket frame, shared by all who receive it: the payload where the codec left it, the header computed,
 * the compressed form made once. Whoever sends it copies it into a buffer of the channel's lane ({@link SharedFrames}
 * says when that buffer is shared too). Safe from any thread.
 */
final class Frame {
  private static final int FIN_TEXT = 0x81;
  private static final int FIN_BINARY = 0x82;
  private static final int RSV1 = 0x40;

  private final int firstByte;
  private final byte[] payload;
  private final int offset;
  private final int length;
  private volatile @Nullable Frame deflated;

  /** How often a lane copied it, roughly: lanes may overwrite each other's count. */
  int copies;

  private Frame(int firstByte, byte[] payload, int offset, int length) {
    this.firstByte = firstByte;
    this.payload = payload;
    this.offset = offset;
    this.length = length;
  }

  static Frame of(Message message) {
    return new Frame(
        message.isText() ? FIN_TEXT : FIN_BINARY,
        message.array(),
        message.offset(),
        message.length());
  }

  int payloadLength() {
    return length;
  }

  /** Header and payload. */
  int size() {
    return length + (length < 126 ? 2 : length < 65536 ? 4 : 10);
  }

  void writeTo(ByteBuf out) {
    out.writeByte(firstByte);
    if (length < 126) {
      out.writeByte(length);
    } else if (length < 65536) {
      out.writeByte(126).writeShort(length);
    } else {
      out.writeByte(127).writeLong(length);
    }
    out.writeBytes(payload, offset, length);
  }

  /** The compressed frame, or this one if compressing does not pay. @param deflate the calling lane's */
  Frame deflated(Deflate deflate) {
    Frame known = deflated;
    if (known == null) {
      synchronized (this) {
        known = deflated;
        if (known == null) {
          byte[] compressed = deflate.deflate(payload, offset, length);
          known = compressed == null
              ? this
              : new Frame(firstByte | RSV1, compressed, 0, compressed.length);
          deflated = known;
        }
      }
    }
    return known;
  }
}
