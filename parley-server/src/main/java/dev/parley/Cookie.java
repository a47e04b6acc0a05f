package dev.parley;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cookie that carries the session id of the transport, for balancers that route by cookie. It is set on the answer to
 * the handshake, over polling and WebSocket alike.
 *
 * @param sameSite {@code Strict}, {@code Lax} or {@code None}; None needs {@code secure}
 * @param maxAge null for a session cookie
 */
public record Cookie(
    String name,
    String path,
    boolean httpOnly,
    boolean secure,
    String sameSite,
    @Nullable Duration maxAge) {
  public Cookie {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException("a cookie cannot be named \"" + name + "\"");
    }
    if (!path.startsWith("/") || path.matches("(?s).*[;\\p{Cntrl}].*")) {
      throw new IllegalArgumentException(
          "the cookie path \"" + path + "\" must start with / and hold no ; or control");
    }
    if (!sameSite.matches("Strict|Lax|None")) {
      throw new IllegalArgumentException(
          "SameSite " + sameSite + ", allowed are Strict, Lax and None");
    }
    if (sameSite.equals("None") && !secure) {
      throw new IllegalArgumentException("browsers drop a SameSite=None cookie that is not secure");
    }
  }

  /** The reference's defaults: path {@code /}, HttpOnly, SameSite Lax, for the browser's session. */
  public static Cookie named(String name) {
    return new Cookie(name, "/", true, false, "Lax", null);
  }
}
