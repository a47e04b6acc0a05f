package dev.parley.test;

import dev.parley.http.Headers;
import java.nio.charset.StandardCharsets;

/**
 * What came back for a request.
 *
 * @param status 0 if nothing came back because the server cut the connection
 */
public record TestReply(int status, Headers headers, byte[] body) {
  static final TestReply CUT = new TestReply(0, Headers.none(), new byte[0]);

  /** True if the connection ended without an answer. */
  public boolean cut() {
    return status == 0;
  }

  /** The body, read as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return cut() ? "no answer" : status + " " + text();
  }
}
