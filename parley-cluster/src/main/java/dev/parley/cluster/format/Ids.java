package dev.parley.cluster.format;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random ids, of the forms that formats ask for. Thread-safe. */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String URL_SAFE =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private Ids() {}

  /** Twice as many hexadecimal digits. */
  public static String hex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** So many letters, digits, hyphens and underscores. */
  public static String text(int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(URL_SAFE.charAt(RANDOM.nextInt(URL_SAFE.length())));
    }
    return text.toString();
  }
}
