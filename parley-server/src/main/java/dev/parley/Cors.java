package dev.parley;

import dev.parley.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which foreign pages may talk to the server, and how it says so to their browsers. Unlike the reference, an origin that
 * is not allowed is refused on polling and on WebSocket: a handshake of it answers 403, that of a WebSocket 400. A request
 * without an {@code Origin} header (any client that is not a browser) and a request of the server's own origin are always
 * allowed. Immutable.
 *
 * @param allowed says whether this foreign origin may connect
 * @param any true if every origin is allowed; without credentials the answer is then {@code *}
 * @param credentials whether browsers may send cookies and authorization; default true for named origins, false for any
 * @param methods for preflight answers
 * @param allowedHeaders for preflight answers; empty reflects what the browser asks for
 * @param exposedHeaders what scripts may read
 * @param maxAge how long browsers may keep a preflight answer, or null
 */
public record Cors(
    BiPredicate<String, HttpRequest> allowed,
    boolean any,
    boolean credentials,
    List<String> methods,
    List<String> allowedHeaders,
    List<String> exposedHeaders,
    @Nullable Duration maxAge) {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE");

  public Cors {
    methods = List.copyOf(methods);
    allowedHeaders = List.copyOf(allowedHeaders);
    exposedHeaders = List.copyOf(exposedHeaders);
  }

  /** Only pages that this server itself serves. The default. */
  public static Cors sameOrigin() {
    return of((origin, request) -> false, false);
  }

  /**
   * These origins, each as a browser sends it: scheme, host and a port that is not the scheme's own, for example
   * {@code https://chat.example}. A lone {@code "*"} allows every origin, without credentials.
   */
  public static Cors origins(String... origins) {
    for (String origin : origins) {
      if (origin.equals("*")) {
        if (origins.length > 1) {
          throw new IllegalArgumentException(
              "\"*\" stands alone, " + origins.length + " origins were given");
        }
        return new Cors((o, request) -> true, true, false, METHODS, List.of(), List.of(), null);
      }
      if (!origin.matches("[a-z][a-z0-9+.-]*://[^/\\s]+")) {
        throw new IllegalArgumentException("\"" + origin
            + "\" is not an origin; expected scheme://host or scheme://host:port, without a path");
      }
    }
    Set<String> set = Set.of(origins);
    return of((origin, request) -> set.contains(origin), true);
  }

  /** Origins that the pattern matches from end to end. */
  public static Cors matching(Pattern pattern) {
    return of((origin, request) -> pattern.matcher(origin).matches(), true);
  }

  /** Origins that the predicate allows; it runs on an event loop for every request with a foreign origin and must not block. */
  public static Cors when(BiPredicate<String, HttpRequest> allowed) {
    return of(allowed, true);
  }

  private static Cors of(BiPredicate<String, HttpRequest> allowed, boolean credentials) {
    return new Cors(allowed, false, credentials, METHODS, List.of(), List.of(), null);
  }

  /** @throws IllegalArgumentException for any origin with credentials, which browsers refuse and which protects nobody */
  public Cors credentials(boolean credentials) {
    if (any && credentials) {
      throw new IllegalArgumentException(
          "credentials for every origin; name the origins instead of \"*\"");
    }
    return new Cors(allowed, any, credentials, methods, allowedHeaders, exposedHeaders, maxAge);
  }

  public Cors methods(String... methods) {
    return new Cors(
        allowed, any, credentials, List.of(methods), allowedHeaders, exposedHeaders, maxAge);
  }

  public Cors allowedHeaders(String... names) {
    return new Cors(allowed, any, credentials, methods, List.of(names), exposedHeaders, maxAge);
  }

  public Cors exposedHeaders(String... names) {
    return new Cors(allowed, any, credentials, methods, allowedHeaders, List.of(names), maxAge);
  }

  public Cors maxAge(Duration maxAge) {
    return new Cors(allowed, any, credentials, methods, allowedHeaders, exposedHeaders, maxAge);
  }
}
