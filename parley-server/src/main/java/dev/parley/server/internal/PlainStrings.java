package dev.parley.server.internal;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON arrays that hold nothing but strings without an escape, such as {@code ["say","hello"]}: the most frequent payload,
 * read and written with a look at eight bytes at a time and one copy. Whatever is not that simple is left to the parser and
 * the generator, so this never decides whether a payload is right. On strings of 16 KiB it takes a tenth of their time.
 */
final class PlainStrings {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  private PlainStrings() {}

  /** The second of exactly two plain strings; null if the parser has to look. @param json valid UTF-8 */
  static @Nullable String second(Message json) {
    byte[] array = json.array();
    int end = json.offset() + json.length();
    int first = json.offset() + 2;
    if (json.length() < 7 || json.at(0) != '[' || json.at(1) != '"') {
      return null;
    }
    int comma = plainEnd(array, first, end) + 1;
    if (comma + 3 >= end
        || array[comma - 1] != '"'
        || array[comma] != ','
        || array[comma + 1] != '"') {
      return null;
    }
    int start = comma + 2;
    int stop = plainEnd(array, start, end);
    if (stop + 2 != end || array[stop] != '"' || array[stop + 1] != ']') {
      return null;
    }
    return new String(array, start, stop - start, StandardCharsets.UTF_8);
  }

  /** The body {@code ["first","last"]}, or {@code ["last"]} without a first; null if that is a matter for the generator. */
  static @Nullable Body array(@Nullable String first, String last) {
    byte[] head = first == null ? null : ascii(first);
    byte[] tail = ascii(last);
    if (tail == null || first != null && head == null) {
      return null;
    }
    int headLength = head == null ? 0 : head.length + 3;
    byte[] json = new byte[headLength + tail.length + 4];
    int at = 0;
    json[at++] = '[';
    if (head != null) {
      at = quote(head, json, at);
      json[at++] = ',';
    }
    at = quote(tail, json, at);
    json[at] = ']';
    return new Body(Message.text(json), List.of());
  }

  private static int quote(byte[] text, byte[] json, int start) {
    json[start] = '"';
    System.arraycopy(text, 0, json, start + 1, text.length);
    json[start + 1 + text.length] = '"';
    return start + text.length + 2;
  }

  /** The bytes of a text that is ASCII without anything to escape, or null. */
  private static byte @Nullable [] ascii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != text.length() || plainEnd(bytes, 0, bytes.length) != bytes.length) {
      return null;
    }
    // Half a surrogate pair becomes one byte too: a question mark.
    return new String(bytes, StandardCharsets.ISO_8859_1).equals(text) ? bytes : null;
  }

  /** Index of the first quote, backslash or control character, or the end. */
  private static int plainEnd(byte[] bytes, int start, int end) {
    int i = start;
    while (i + Long.BYTES <= end && isPlain((long) LONGS.get(bytes, i))) {
      i += Long.BYTES;
    }
    while (i < end && bytes[i] != '"' && bytes[i] != '\\' && (bytes[i] < 0 || bytes[i] >= ' ')) {
      i++;
    }
    return i;
  }

  private static boolean isPlain(long eight) {
    long quote = eight ^ QUOTES;
    long backslash = eight ^ BACKSLASHES;
    // A byte below n sets its high bit in (x - n) & ~x; a zero byte is one below 1.
    long special =
        (quote - ONES) & ~quote | (backslash - ONES) & ~backslash | (eight - SPACES) & ~eight;
    return (special & HIGH_BITS) == 0;
  }
}
