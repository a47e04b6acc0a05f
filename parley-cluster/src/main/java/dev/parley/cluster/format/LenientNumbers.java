package dev.parley.cluster.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Python writes {@code NaN}, {@code Infinity} and {@code -Infinity} into what it calls JSON; here they become null. */
final class LenientNumbers {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[][] WORDS = {
    "NaN".getBytes(StandardCharsets.US_ASCII),
    "-Infinity".getBytes(StandardCharsets.US_ASCII),
    "Infinity".getBytes(StandardCharsets.US_ASCII)
  };

  private LenientNumbers() {}

  /** The same text without such words; the same array if there are none. */
  static byte[] strict(byte[] json) {
    ByteArrayOutputStream out = null;
    boolean text = false;
    int copied = 0;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (b == '"') {
        text = !text;
      } else if (text) {
        i += b == '\\' ? 1 : 0;
      } else if (b == 'N' || b == 'I' || b == '-') {
        int length = wordAt(json, i);
        if (length > 0) {
          out = out == null ? new ByteArrayOutputStream(json.length + 16) : out;
          out.write(json, copied, i - copied);
          out.writeBytes(NULL);
          copied = i + length;
          i = copied - 1;
        }
      }
    }
    if (out == null) {
      return json;
    }
    out.write(json, copied, json.length - copied);
    return out.toByteArray();
  }

  private static int wordAt(byte[] json, int at) {
    for (byte[] word : WORDS) {
      if (json.length - at >= word.length
          && Arrays.equals(json, at, at + word.length, word, 0, word.length)) {
        return word.length;
      }
    }
    return 0;
  }
}
