package dev.parley.http;

/** Answers requests to paths that are not Parley's, so that a page and its socket share a port. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Answers one request. Called on a handler thread, so it may block; called by many threads at once. What it throws is
   * logged and answered with an empty 500.
   *
   * @param body the request's body, at most the server's maximum payload; longer ones are answered with 413
   */
  HttpResponse handle(HttpRequest request, byte[] body) throws Exception;
}
