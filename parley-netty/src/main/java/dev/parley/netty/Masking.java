package dev.parley.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** RFC 6455 §5.3. */
final class Masking {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Masking() {}

  /**
   * Masks or unmasks in place.
   *
   * @param mask the masking key, rotated so that its highest byte belongs to the first byte of the range
   * @return the key rotated for the byte after the range
   */
  static int apply(int mask, byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    long wide = (mask & 0xffffffffL) << 32 | mask & 0xffffffffL;
    for (; at <= end - 8; at += 8) {
      LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ wide);
    }
    int rest = mask;
    for (; at < end; at++) {
      bytes[at] ^= (byte) (rest >>> 24);
      rest = Integer.rotateLeft(rest, 8);
    }
    return rest;
  }
}
