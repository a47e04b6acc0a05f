package dev.parley.server.transport;

/** What a host calls: the server's side of the transport. */
public interface Endpoint {
  /**
   * A request's head has arrived. Called on the exchange's lane; the endpoint answers now or later, exactly once: with
   * {@link HttpExchange#respond} or {@link HttpExchange#accept}.
   */
  void onRequest(HttpExchange exchange);
}
