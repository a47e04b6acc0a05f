package dev.parley;

import dev.parley.http.Headers;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The request that opened the connection, and what the client said when it joined the namespace. Immutable. */
public interface Handshake {
  Headers headers();

  /** The decoded query of the URL, {@code EIO} and {@code transport} included. */
  Map<String, String> query();

  /** One query parameter, or null. */
  default @Nullable String query(String name) {
    return query().get(name);
  }

  /** What the client sent as {@code auth}; of a protocol 4 client, the query of the namespace. */
  Auth auth();

  /** The client's address; believed from the proxy if {@link EngineOptions#trustForwarded} says so. */
  String address();

  /** True if the connection is encrypted, as seen by the client. */
  boolean secure();

  /** True if the request named an origin. */
  boolean crossDomain();

  /** Path and query as sent. */
  String url();

  Instant time();

  /** The cookie of this name, or null. */
  @Nullable
  String cookie(String name);
}
