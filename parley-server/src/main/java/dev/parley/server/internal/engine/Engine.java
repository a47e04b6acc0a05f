package dev.parley.server.internal.engine;

import dev.parley.server.transport.HttpExchange;
import java.util.concurrent.CompletableFuture;

/** Stands in until the engine lands. */
public final class Engine {
  public boolean handles(String path) {
    return false;
  }

  public void onRequest(HttpExchange exchange) {}

  public int sessions() {
    return 0;
  }

  public CompletableFuture<?> close() {
    return CompletableFuture.completedFuture(null);
  }
}
