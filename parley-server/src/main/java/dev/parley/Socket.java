package dev.parley;

import org.jspecify.annotations.Nullable;

/** One client in one namespace, connected to this node. Safe from any thread. */
public interface Socket extends RemoteSocket, Handlers<Socket> {
  Namespace namespace();

  boolean connected();

  /** The transport in use now; it changes when a client upgrades. */
  TransportType transport();

  /** False while the client is not ready to take more; what is emitted then waits, volatile events are dropped. */
  boolean writable();

  /** Bytes that wait to be sent to this client, in all its namespaces. */
  long queuedBytes();

  /** Stores data; null removes it. */
  <T> void data(DataKey<T> key, @Nullable T value);

  /** Everybody else in these rooms. */
  Broadcast to(String... rooms);

  /** The same as {@link #to}. */
  default Broadcast in(String... rooms) {
    return to(rooms);
  }

  /** Everybody else but these rooms. */
  Broadcast except(String... rooms);

  /** Everybody else in the namespace. */
  Broadcast broadcast();

  /**
   * Closes the connection, for every namespace, without a word: the client takes it for lost and comes back by itself, where
   * {@link #disconnect(boolean)} sends it away for good.
   */
  void closeConnection();
}
