package dev.parley.protocol.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** UTF-8 without decoding it: whether bytes are well formed, and how long JavaScript would say the text is. */
public final class Utf8 {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Whether the range is well-formed UTF-8 (RFC 3629: shortest form, no surrogates, at most U+10FFFF). */
  public static boolean isValid(byte[] array, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      if (array[at] >= 0) {
        at = skipAscii(array, at, end);
      } else {
        int size = sequenceLength(array, at, end);
        if (size == 0) {
          return false;
        }
        at += size;
      }
    }
    return true;
  }

  /** UTF-16 code units of well-formed text, which is what {@code length} says in JavaScript. */
  public static int utf16Length(byte[] array, int offset, int length) {
    int units = 0;
    for (int i = offset, end = offset + length; i < end; i++) {
      units += unitsOf(array[i]);
    }
    return units;
  }

  /**
   * Where a run of exactly {@code units} UTF-16 code units ends in well-formed text.
   *
   * @return an index in {@code from..end}, or -1 if the text is shorter or the run would cut a surrogate pair
   */
  public static int skipUtf16(byte[] array, int from, int end, int units) {
    int at = from;
    int left = units;
    while (left > 0 && at < end) {
      left -= unitsOf(array[at++]);
    }
    while (at < end && isContinuation(array[at])) {
      at++;
    }
    return left == 0 ? at : -1;
  }

  private static int unitsOf(byte b) {
    if (b >= 0) {
      return 1;
    }
    // A sequence of four bytes is a surrogate pair; bytes inside a sequence were counted with its
    // first one.
    return isContinuation(b) ? 0 : (b & 0xff) >= 0xf0 ? 2 : 1;
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xc0) == 0x80;
  }

  private static int skipAscii(byte[] array, int from, int end) {
    int at = from;
    while (at + 8 <= end && ((long) EIGHT_BYTES.get(array, at) & HIGH_BITS) == 0) {
      at += 8;
    }
    while (at < end && array[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Length of the well-formed sequence that starts with this non-ASCII byte, or 0. */
  private static int sequenceLength(byte[] array, int at, int end) {
    int first = array[at] & 0xff;
    int size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || end - at < size || !allowsSecond(first, array[at + 1])) {
      return 0;
    }
    for (int i = 2; i < size; i++) {
      if (!isContinuation(array[at + i])) {
        return 0;
      }
    }
    return size;
  }

  private static boolean allowsSecond(int first, byte second) {
    if (!isContinuation(second)) {
      return false;
    }
    int value = second & 0xff;
    return switch (first) {
      case 0xe0 -> value >= 0xa0;
      case 0xed -> value < 0xa0;
      case 0xf0 -> value >= 0x90;
      case 0xf4 -> value < 0x90;
      default -> true;
    };
  }
}
