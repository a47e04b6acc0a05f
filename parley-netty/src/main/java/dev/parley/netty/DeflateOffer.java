package dev.parley.netty;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which offer of permessage-deflate we take, RFC 7692 §7.1. */
final class DeflateOffer {
  private static final String AGREED =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private DeflateOffer() {}

  /**
   * The value to answer with, or null if nothing that was offered can be taken.
   *
   * @param fields all Sec-WebSocket-Extensions
   */
  static @Nullable String accept(List<String> fields) {
    for (String field : fields) {
      for (String offer : field.split(",")) {
        String answer = acceptOne(offer.trim());
        if (answer != null) {
          return answer;
        }
      }
    }
    return null;
  }

  private static @Nullable String acceptOne(String offer) {
    String[] parts = offer.split(";", -1);
    if (!parts[0].trim().equals("permessage-deflate")) {
      return null;
    }
    Set<String> seen = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].trim();
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals).trim();
      String value = equals < 0 ? null : unquoted(part.substring(equals + 1).trim());
      if (!seen.add(name) || !acceptable(name, value)) {
        return null;
      }
    }
    // An offer that limits our window is taken only by repeating the limit.
    return seen.contains("server_max_window_bits")
        ? AGREED + "; server_max_window_bits=15"
        : AGREED;
  }

  private static boolean acceptable(String name, @Nullable String value) {
    return switch (name) {
      case "server_no_context_takeover", "client_no_context_takeover" -> value == null;
      // The JDK's deflater has a window of 15 bits and no other.
      case "server_max_window_bits" -> "15".equals(value);
      case "client_max_window_bits" -> value == null || value.matches("[89]|1[0-5]");
      default -> false;
    };
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
