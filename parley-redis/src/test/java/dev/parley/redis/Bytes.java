package dev.parley.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Writes bytes so that people can read them: JSON as it is; MessagePack as hexadecimal digits, each string after a quote. */
final class Bytes {
  private Bytes() {}

  /** For example {@code 81 a4'type 02}. */
  static byte[] of(String notation) {
    if (notation.startsWith("{") || notation.startsWith("[")) {
      return notation.getBytes(StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : notation.split(" ")) {
      int quote = part.indexOf('\'');
      bytes.writeBytes(HexFormat.of().parseHex(quote < 0 ? part : part.substring(0, quote)));
      if (quote >= 0) {
        bytes.writeBytes(part.substring(quote + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  /** For comparison; not what {@link #of} reads. */
  static String show(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == '{'
        ? new String(bytes, StandardCharsets.UTF_8)
        : HexFormat.of().formatHex(bytes);
  }
}
