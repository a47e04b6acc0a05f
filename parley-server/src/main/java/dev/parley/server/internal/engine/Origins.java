package dev.parley.server.internal.engine;

import dev.parley.Cors;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Which pages may talk to us, and what their browsers are told. Safe from any thread. */
final class Origins {
  private static final Logger LOG = System.getLogger(Origins.class.getName());
  private static final String OPAQUE = "null";

  private final Cors cors;
  private final Forwarded forwarded;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * @param refused the foreign origin, or null if the request may go on
   * @param headers for every answer to the request, a refusal included
   */
  record Verdict(@Nullable String refused, Headers headers) {
    private static final Verdict NO_ORIGIN = new Verdict(null, Headers.none());
  }

  Origins(Cors cors, Forwarded forwarded) {
    this.cors = cors;
    this.forwarded = forwarded;
  }

  /** @param script true of a JSONP request: a browser sends no {@code Origin} with it, yet any page may make one */
  Verdict judge(HttpRequest request, boolean script) {
    String origin = request.header("Origin");
    if (origin == null && script) {
      origin = originOfScript(request);
    }
    if (origin == null || isMalformed(origin)) {
      return cors.any() ? new Verdict(null, allowing("*")) : Verdict.NO_ORIGIN;
    }
    if (sameOrigin(origin, request)) {
      return new Verdict(null, cors.any() ? allowing("*") : vary());
    }
    if (!allowed(origin, request)) {
      warnOnce(origin, request);
      return new Verdict(origin, vary());
    }
    return new Verdict(null, cors.any() ? allowing("*") : allowing(origin).and(vary()));
  }

  /** Answers a browser that asks before it sends. As in the reference, one that may not send is told so by silence. */
  HttpResponse preflight(HttpRequest request, Verdict verdict) {
    Headers headers = verdict.headers();
    if (verdict.refused() == null) {
      headers = headers
          .without("Access-Control-Expose-Headers")
          .and("Access-Control-Allow-Methods", String.join(",", cors.methods()));
      String asked = request.header("Access-Control-Request-Headers");
      if (!cors.allowedHeaders().isEmpty()) {
        headers =
            headers.and("Access-Control-Allow-Headers", String.join(",", cors.allowedHeaders()));
      } else if (asked != null) {
        headers = headers.and("Access-Control-Allow-Headers", asked);
      }
      if (cors.maxAge() != null) {
        headers =
            headers.and("Access-Control-Max-Age", Long.toString(cors.maxAge().toSeconds()));
      }
    }
    return HttpResponse.of(204).headers(headers.and("Vary", "Access-Control-Request-Headers"));
  }

  static boolean isPreflight(HttpRequest request) {
    return request.method().equals("OPTIONS")
        && request.headers().has("Origin")
        && request.headers().has("Access-Control-Request-Method");
  }

  /** What no browser sends, and what would not survive in a header of ours. */
  static boolean isMalformed(String origin) {
    for (int i = 0; i < origin.length(); i++) {
      char c = origin.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
        return true;
      }
    }
    return false;
  }

  private boolean allowed(String origin, HttpRequest request) {
    try {
      return cors.allowed().test(origin, request);
    } catch (RuntimeException broken) {
      LOG.log(Level.ERROR, "The check of an origin failed; it is refused", broken);
      return false;
    }
  }

  private Headers allowing(String origin) {
    Headers headers = Headers.of("Access-Control-Allow-Origin", origin);
    if (cors.credentials()) {
      headers = headers.and("Access-Control-Allow-Credentials", "true");
    }
    return cors.exposedHeaders().isEmpty()
        ? headers
        : headers.and("Access-Control-Expose-Headers", String.join(",", cors.exposedHeaders()));
  }

  private static Headers vary() {
    return Headers.of("Vary", "Origin");
  }

  /**
   * Where the page of a script request lives: null for this site, or for a client that does not say (a browser of before
   * 2020 without a referrer, or no browser).
   */
  private @Nullable String originOfScript(HttpRequest request) {
    String site = request.header("Sec-Fetch-Site");
    if (site != null && (site.equals("same-origin") || site.equals("none"))) {
      return null;
    }
    String referer = request.header("Referer");
    if (referer == null) {
      return site == null ? null : OPAQUE;
    }
    int start = referer.indexOf("://");
    if (start < 0) {
      return OPAQUE;
    }
    int end = referer.indexOf('/', start + 3);
    return end < 0 ? referer : referer.substring(0, end);
  }

  private boolean sameOrigin(String origin, HttpRequest request) {
    String host = forwarded.host(request);
    String scheme = forwarded.secure(request) ? "https" : "http";
    // Clients of 1.x in Node name host and port without a scheme over WebSocket; no browser does.
    boolean schemeless = !origin.contains("://") && !origin.equals(OPAQUE);
    Site theirs = Site.of(schemeless ? scheme + "://" + origin : origin);
    if (theirs == null || host == null) {
      return false;
    }
    String port = forwarded.port(request);
    Site ours = Site.of(scheme + "://" + (port == null ? host : Site.hostOf(host) + ":" + port));
    if (ours == null || !ours.scheme.equals(theirs.scheme) || !ours.host.equals(theirs.host)) {
      return false;
    }
    // Proxies commonly pass Host on without the port (nginx: $host), so a trusted one that names
    // none cannot prove any wrong.
    boolean portUnknown =
        port == null && Site.hostOf(host).equals(host) && forwarded.proxied(request);
    return portUnknown || ours.port == theirs.port;
  }

  private void warnOnce(String origin, HttpRequest request) {
    Level level = warned.compareAndSet(false, true) ? Level.WARNING : Level.DEBUG;
    LOG.log(
        level,
        () -> "Refused the foreign origin " + printable(origin) + "; this server is "
            + (forwarded.secure(request) ? "https://" : "http://")
            + printable(String.valueOf(forwarded.host(request)))
            + ". Allow it with cors(...), or trustForwarded(true) behind a proxy. Later ones are logged at DEBUG");
  }

  private static String printable(String text) {
    String cut = text.length() > 200 ? text.substring(0, 200) : text;
    return cut.replaceAll("[^!-~]", "?");
  }

  /** Scheme, host and port, the scheme's own port filled in. */
  private record Site(String scheme, String host, int port) {
    static @Nullable Site of(String origin) {
      int start = origin.indexOf("://");
      if (start < 1) {
        return null;
      }
      String scheme = origin.substring(0, start).toLowerCase(Locale.ROOT);
      String authority = origin.substring(start + 3).toLowerCase(Locale.ROOT);
      String host = hostOf(authority);
      if (host.isEmpty()) {
        return null;
      }
      if (host.length() == authority.length()) {
        return new Site(scheme, host, scheme.equals("https") ? 443 : 80);
      }
      try {
        return new Site(scheme, host, Integer.parseInt(authority.substring(host.length() + 1)));
      } catch (NumberFormatException malformed) {
        return null;
      }
    }

    static String hostOf(String authority) {
      int colon = authority.lastIndexOf(':');
      return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }
  }
}
