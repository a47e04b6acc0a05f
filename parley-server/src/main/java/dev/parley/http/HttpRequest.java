package dev.parley.http;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP request. Immutable and safe from any thread.
 *
 * @param method as sent, for example {@code GET}
 * @param target path and query as sent
 * @param remoteAddress the peer of the TCP connection; behind a proxy that is the proxy
 * @param secure true if the request came over TLS to this server
 */
public record HttpRequest(
    String method,
    String target,
    Headers headers,
    InetSocketAddress remoteAddress,
    boolean secure) {

  /** The path as sent, without the query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The query as sent, without its question mark; empty if there is none. */
  public String rawQuery() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /**
   * The decoded query in its order; of a repeated name the last value counts. Parsed anew at every call. A part that is
   * not valid percent encoding is kept as sent.
   */
  public Map<String, String> query() {
    return parseQuery(rawQuery());
  }

  /** One decoded query parameter, or null; of a repeated name the last value counts. */
  public @Nullable String query(String name) {
    return query().get(name);
  }

  /** The first header field of this name, or null. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }

  /** True if the client asks to switch this connection to WebSocket. A lone {@code Connection: Upgrade} is not enough. */
  public boolean wantsWebSocket() {
    return headers.hasToken("Upgrade", "websocket") && headers.hasToken("Connection", "upgrade");
  }

  /** The cookie of this name, or null. */
  public @Nullable String cookie(String name) {
    for (String header : headers.all("Cookie")) {
      for (String pair : header.split(";")) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).trim().equals(name)) {
          return pair.substring(equals + 1).trim();
        }
      }
    }
    return null;
  }

  /** Decodes {@code a=b&c=d}; used for the query of a namespace too. */
  public static Map<String, String> parseQuery(String raw) {
    if (raw.isEmpty()) {
      return Map.of();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : raw.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        parameters.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static String decode(String part) {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return part;
    }
  }

  /** Without the query and the header values: they may hold secrets. */
  @Override
  public String toString() {
    return method + " " + path();
  }
}
