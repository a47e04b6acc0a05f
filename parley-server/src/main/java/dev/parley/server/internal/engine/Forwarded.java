package dev.parley.server.internal.engine;

import dev.parley.http.HttpRequest;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who a request comes from and where it was sent to, as the client sees it. A proxy's word counts only if trusted.
 *
 * <p>Of {@code X-Forwarded-For} the last address counts, the one that our own proxy has added: a client can put whatever
 * it likes before it. Of scheme and host the first counts, the one nearest to the browser; forging them gains nothing,
 * because a page cannot set them on its requests.
 */
record Forwarded(boolean trusted) {
  private static final int MAX_ADDRESS_LENGTH = 64;

  String address(HttpRequest request) {
    String header = trusted ? last(request, "X-Forwarded-For") : null;
    if (header != null) {
      String address = withoutPort(header);
      if (!address.isEmpty() && address.length() <= MAX_ADDRESS_LENGTH) {
        return address;
      }
    }
    InetAddress address = request.remoteAddress().getAddress();
    return address == null ? request.remoteAddress().getHostString() : address.getHostAddress();
  }

  boolean secure(HttpRequest request) {
    String scheme = trusted ? first(request, "X-Forwarded-Proto") : null;
    if (scheme == null) {
      return request.secure();
    }
    return scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss");
  }

  /** Host and maybe port that the client has asked for. */
  @Nullable
  String host(HttpRequest request) {
    String host = trusted ? first(request, "X-Forwarded-Host") : null;
    return host != null ? host : request.header("Host");
  }

  /** The port that the client has connected to, if the proxy names it. */
  @Nullable
  String port(HttpRequest request) {
    return trusted ? first(request, "X-Forwarded-Port") : null;
  }

  /** True if a trusted proxy has passed the request on. */
  boolean proxied(HttpRequest request) {
    return trusted
        && (request.headers().has("X-Forwarded-For")
            || request.headers().has("X-Forwarded-Proto")
            || request.headers().has("X-Forwarded-Host"));
  }

  private static @Nullable String first(HttpRequest request, String name) {
    String value = request.header(name);
    if (value == null) {
      return null;
    }
    int comma = value.indexOf(',');
    String first = (comma < 0 ? value : value.substring(0, comma)).trim();
    return first.isEmpty() ? null : first.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String last(HttpRequest request, String name) {
    var values = request.headers().all(name);
    if (values.isEmpty()) {
      return null;
    }
    String value = values.get(values.size() - 1);
    return value.substring(value.lastIndexOf(',') + 1).trim();
  }

  private static String withoutPort(String address) {
    if (address.startsWith("[")) {
      int end = address.indexOf(']');
      return end < 0 ? "" : address.substring(1, end);
    }
    int colon = address.indexOf(':');
    return colon >= 0 && colon == address.lastIndexOf(':') ? address.substring(0, colon) : address;
  }
}
