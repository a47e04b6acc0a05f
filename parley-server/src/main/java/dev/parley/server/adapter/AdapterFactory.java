package dev.parley.server.adapter;

/** Makes the adapter of a namespace; one that returns its argument serves a server that runs alone. */
@FunctionalInterface
public interface AdapterFactory {
  /** Called once for each namespace, before its first socket. */
  Adapter create(LocalSockets local);

  /** The server has closed; its adapters were closed before. Called once. */
  default void close() {}
}
