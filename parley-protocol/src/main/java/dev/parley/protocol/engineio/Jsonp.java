package dev.parley.protocol.engineio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Polling through script tags and forms, for browsers of the time of revision 3. The peer cannot take binary data: its
 * payloads are encoded with base64 before they are wrapped.
 */
public final class Jsonp {
  private static final int MAX_INDEX_DIGITS = 20;
  private static final byte[] HEAD = "___eio[".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MIDDLE = "](\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FOOT = "\");".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Jsonp() {}

  /**
   * The digits of the query parameter {@code j}, everything else removed, so that it can become code in a response.
   *
   * @return at most 20 digits, maybe none
   */
  public static String digits(String j) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < j.length() && digits.length() < MAX_INDEX_DIGITS; i++) {
      char ch = j.charAt(i);
      if (ch >= '0' && ch <= '9') {
        digits.append(ch);
      }
    }
    return digits.toString();
  }

  /**
   * The response {@code ___eio[<digits>]("<payload>");} with the payload as a JSON string that is also valid script.
   *
   * @param indexDigits what {@link #digits} returned
   * @param payload text
   */
  public static Message wrap(String indexDigits, Message payload) {
    if (!payload.isText()) {
      throw new IllegalArgumentException("a JSONP payload must be text, encode it with base64");
    }
    if (!indexDigits.equals(digits(indexDigits))) {
      throw new IllegalArgumentException("a JSONP index must be at most 20 digits");
    }
    byte[] index = indexDigits.getBytes(StandardCharsets.US_ASCII);
    long size = HEAD.length + index.length + MIDDLE.length + FOOT.length;
    for (int i = 0; i < payload.length(); i += sourceLength(payload, i)) {
      size += escapedLength(payload, i);
    }
    byte[] wire = new byte[Math.toIntExact(size)];
    int at = put(HEAD, wire, 0);
    at = put(index, wire, at);
    at = put(MIDDLE, wire, at);
    for (int i = 0; i < payload.length(); i += sourceLength(payload, i)) {
      at = escape(payload, i, wire, at);
    }
    put(FOOT, wire, at);
    return Message.text(wire);
  }

  /**
   * The payload in the body of a form: field {@code d}, URL-decoded, with the line feeds restored that the client escaped
   * to get them past the browser ({@code \n} was a line feed, {@code \\n} was {@code \n}). The result is not checked to
   * be UTF-8; {@link EngineCodec#decodePayload} does that.
   *
   * @throws ProtocolException if there is no field {@code d} or an escape is broken
   */
  public static byte[] unwrapBody(byte[] formBody) {
    int start = 0;
    while (start < formBody.length) {
      int end = start;
      while (end < formBody.length && formBody[end] != '&') {
        end++;
      }
      if (end - start >= 2 && formBody[start] == 'd' && formBody[start + 1] == '=') {
        return unescapeLineFeeds(urlDecode(formBody, start + 2, end));
      }
      start = end + 1;
    }
    throw new ProtocolException(Reason.MALFORMED, "a JSONP form without the field d");
  }

  private static byte[] urlDecode(byte[] form, int start, int end) {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(end - start);
    for (int i = start; i < end; i++) {
      switch (form[i]) {
        case '+' -> decoded.write(' ');
        case '%' -> {
          int high = i + 2 < end ? Character.digit(form[i + 1], 16) : -1;
          int low = i + 2 < end ? Character.digit(form[i + 2], 16) : -1;
          if (high < 0 || low < 0) {
            throw new ProtocolException(Reason.MALFORMED, "a broken escape in a JSONP form");
          }
          decoded.write(high << 4 | low);
          i += 2;
        }
        default -> decoded.write(form[i]);
      }
    }
    return decoded.toByteArray();
  }

  private static byte[] unescapeLineFeeds(byte[] text) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(text.length);
    for (int i = 0; i < text.length; i++) {
      if (hasAt(text, i, '\\') && hasAt(text, i + 1, '\\') && hasAt(text, i + 2, 'n')) {
        plain.write('\\');
        plain.write('n');
        i += 2;
      } else if (hasAt(text, i, '\\') && hasAt(text, i + 1, 'n')) {
        plain.write('\n');
        i++;
      } else {
        plain.write(text[i]);
      }
    }
    return plain.toByteArray();
  }

  private static boolean hasAt(byte[] text, int index, char expected) {
    return index < text.length && text[index] == expected;
  }

  /** U+2028 and U+2029 end a line in script but not in JSON. They are {@code e2 80 a8} and {@code e2 80 a9}. */
  private static boolean isLineSeparator(Message text, int i) {
    return text.at(i) == (byte) 0xe2
        && i + 2 < text.length()
        && text.at(i + 1) == (byte) 0x80
        && (text.at(i + 2) & 0xfe) == 0xa8;
  }

  private static int sourceLength(Message text, int i) {
    return isLineSeparator(text, i) ? 3 : 1;
  }

  private static int escapedLength(Message text, int i) {
    byte b = text.at(i);
    if (b == '"' || b == '\\') {
      return 2;
    }
    return isControl(b) || isLineSeparator(text, i) ? 6 : 1;
  }

  private static boolean isControl(byte b) {
    return b >= 0 && b < 0x20;
  }

  private static int escape(Message text, int i, byte[] target, int start) {
    int at = start;
    byte b = text.at(i);
    if (b == '"' || b == '\\') {
      target[at++] = '\\';
      target[at++] = b;
    } else if (isControl(b)) {
      at = putUnicodeEscape(b, target, at);
    } else if (isLineSeparator(text, i)) {
      at = putUnicodeEscape(text.at(i + 2) == (byte) 0xa8 ? 0x2028 : 0x2029, target, at);
    } else {
      target[at++] = b;
    }
    return at;
  }

  private static int putUnicodeEscape(int ch, byte[] target, int start) {
    int at = start;
    target[at++] = '\\';
    target[at++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      target[at++] = HEX[ch >> shift & 0xf];
    }
    return at;
  }

  private static int put(byte[] source, byte[] target, int at) {
    System.arraycopy(source, 0, target, at, source.length);
    return at + source.length;
  }
}
