package dev.parley.netty;

import java.nio.charset.StandardCharsets;

/** The payload of a close frame, RFC 6455 §5.5.1 and §7.4. */
final class CloseFrame {
  private static final int NO_STATUS = 1005;
  private static final int MAX_REASON = 123;

  private CloseFrame() {}

  /** @param code 1005 for an empty payload @param reason cut at 123 bytes of UTF-8, never inside a character */
  static byte[] payload(int code, String reason) {
    if (code == NO_STATUS) {
      return new byte[0];
    }
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = text.length;
    if (length > MAX_REASON) {
      length = MAX_REASON;
      while (length > 0 && (text[length] & 0xc0) == 0x80) {
        length--;
      }
    }
    byte[] payload = new byte[length + 2];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, 2, length);
    return payload;
  }

  static boolean isValid(byte[] payload) {
    return payload.length == 0
        || payload.length >= 2
            && isSendable(code(payload))
            && Utf8.isValid(payload, 2, payload.length - 2);
  }

  /** The code, or 1005 if there is none. */
  static int code(byte[] payload) {
    return payload.length < 2 ? NO_STATUS : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
  }

  private static boolean isSendable(int code) {
    return code >= 3000 && code <= 4999
        || code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
  }
}
