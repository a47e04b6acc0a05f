package dev.parley.server.internal;

import dev.parley.Auth;
import dev.parley.Handshake;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The handshake of one socket: what the connection's request said, and this namespace's auth. */
record HandshakeInfo(HttpRequest request, String address, boolean secure, Instant time, Auth auth)
    implements Handshake {
  @Override
  public Headers headers() {
    return request.headers();
  }

  @Override
  public Map<String, String> query() {
    return request.query();
  }

  @Override
  public boolean crossDomain() {
    return request.headers().has("Origin");
  }

  @Override
  public String url() {
    return request.target();
  }

  @Override
  public @Nullable String cookie(String name) {
    return request.cookie(name);
  }

  /** Auth and headers may be secrets. */
  @Override
  public String toString() {
    return "handshake of " + address;
  }
}
