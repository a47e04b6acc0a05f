package dev.parley.http;

import java.nio.charset.StandardCharsets;

/**
 * A complete HTTP response. The host adds {@code Content-Length} and {@code Date}. Immutable, so that one may be sent
 * many times; nobody writes to the body.
 */
public record HttpResponse(int status, Headers headers, byte[] body) {
  public HttpResponse {
    if (status < 100 || status > 599) {
      throw new IllegalArgumentException("status " + status + ", between 100 and 599 is allowed");
    }
  }

  public static HttpResponse of(int status) {
    return new HttpResponse(status, Headers.none(), new byte[0]);
  }

  /** A body of this content type. */
  public static HttpResponse of(int status, String contentType, byte[] body) {
    return new HttpResponse(status, Headers.of("Content-Type", contentType), body);
  }

  public static HttpResponse text(int status, String text) {
    return of(status, "text/plain; charset=UTF-8", text.getBytes(StandardCharsets.UTF_8));
  }

  public static HttpResponse html(int status, String html) {
    return of(status, "text/html; charset=UTF-8", html.getBytes(StandardCharsets.UTF_8));
  }

  /** @param json text that is JSON already */
  public static HttpResponse json(int status, String json) {
    return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  public HttpResponse header(String name, String value) {
    return new HttpResponse(status, headers.and(name, value), body);
  }

  public HttpResponse headers(Headers more) {
    return new HttpResponse(status, headers.and(more), body);
  }
}
