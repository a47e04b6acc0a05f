package dev.parley.benchmarks.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;

/** Finding and writing numbers and names without making strings. */
final class RawBytes {
  private RawBytes() {}

  static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** The index after the first match, or -1. */
  static int find(ByteBuf in, int start, int end, byte[] what) {
    for (int at = start; at <= end - what.length; at++) {
      int i = 0;
      while (i < what.length && in.getByte(at + i) == what[i]) {
        i++;
      }
      if (i == what.length) {
        return at + i;
      }
    }
    return -1;
  }

  /** The number whose digits start here. */
  static int decimal(ByteBuf in, int start) {
    int value = 0;
    for (int at = start; in.getByte(at) >= '0' && in.getByte(at) <= '9'; at++) {
      value = value * 10 + in.getByte(at) - '0';
    }
    return value;
  }

  static void writeDecimal(ByteBuf out, int value) {
    if (value >= 10) {
      writeDecimal(out, value / 10);
    }
    out.writeByte('0' + value % 10);
  }

  /** {@code 43<id>[}, with the id that stands between these indexes. */
  static ByteBuf writeAck(ByteBuf out, ByteBuf in, int id, int idEnd) {
    return out.writeByte('4').writeByte('3').writeBytes(in, id, idEnd - id).writeByte('[');
  }

  /** Applies a WebSocket mask in place. */
  static void unmask(ByteBuf in, int mask, int start, int length) {
    long wide = (mask & 0xffffffffL) << 32 | mask & 0xffffffffL;
    int at = start;
    int end = start + length;
    for (; at <= end - 8; at += 8) {
      in.setLong(at, in.getLong(at) ^ wide);
    }
    for (int shift = 24; at < end; at++, shift = shift == 0 ? 24 : shift - 8) {
      in.setByte(at, in.getByte(at) ^ mask >>> shift);
    }
  }
}
