package dev.parley.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks UTF-8 as RFC 3629 defines it: no overlong form, no surrogate, nothing above U+10FFFF. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long NOT_ASCII = 0x8080808080808080L;

  private Utf8() {}

  static boolean isValid(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      at = skipAscii(bytes, at, end);
      if (at < end) {
        int size = sequence(bytes, at, end);
        if (size == 0) {
          return false;
        }
        at += size;
      }
    }
    return true;
  }

  /** Most messages are ASCII: eight bytes at a time. */
  private static int skipAscii(byte[] bytes, int from, int end) {
    int at = from;
    while (at <= end - 8 && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
      at += 8;
    }
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Length of the sequence of two to four bytes that begins here, or 0 if there is no valid one. */
  private static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xff;
    if (first >= 0xc2 && first <= 0xdf) {
      return tail(bytes, at + 1, end, 1) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
      int least = first == 0xe0 ? 0xa0 : 0x80;
      int most = first == 0xed ? 0x9f : 0xbf;
      return tail(bytes, at + 1, end, 2) && within(bytes[at + 1], least, most) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
      int least = first == 0xf0 ? 0x90 : 0x80;
      int most = first == 0xf4 ? 0x8f : 0xbf;
      return tail(bytes, at + 1, end, 3) && within(bytes[at + 1], least, most) ? 4 : 0;
    }
    return 0;
  }

  private static boolean tail(byte[] bytes, int at, int end, int count) {
    if (end - at < count) {
      return false;
    }
    for (int i = at; i < at + count; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        return false;
      }
    }
    return true;
  }

  private static boolean within(byte value, int least, int most) {
    return (value & 0xff) >= least && (value & 0xff) <= most;
  }
}
