package dev.parley;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One client in one namespace, on this node or another. Safe from any thread; nothing here blocks. */
public interface RemoteSocket extends Emitter {
  /** Public and random; another one than the transport's, and another in every namespace. 20 characters of base64url. */
  String id();

  Handshake handshake();

  /** The rooms it is in, its own id among them unless it left that. A snapshot. */
  Set<String> rooms();

  /** What was stored under this key, or null. Of a socket on another node: as it was when it was fetched. */
  <T> @Nullable T data(DataKey<T> key);

  /** @throws IllegalStateException if the socket is over its {@link Limits#maxRoomsPerSocket()} */
  void join(String... rooms);

  void leave(String... rooms);

  /** Ends this socket; its other namespaces go on. */
  default void disconnect() {
    disconnect(false);
  }

  /** Ends this socket. @param close true to close the connection, for every namespace */
  void disconnect(boolean close);

  /** The same socket; what is emitted through it may be dropped if the client is not ready to take it. */
  RemoteSocket asVolatile();

  /** The same socket; what is emitted through it may be compressed or not. Default true. */
  RemoteSocket compress(boolean compress);

  /** The same socket; what is asked through it waits at most this long. Without, until the client leaves. */
  RemoteSocket timeout(Duration timeout);

  /**
   * Sends an event and waits for its acknowledgement.
   *
   * @return the values; fails with an {@link AckException} after the timeout or when the client leaves
   */
  CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args);

  /** Sends an event and waits for its typed acknowledgement; see {@link #emitWithAck}. */
  <T, R> CompletableFuture<R> call(Call<T, R> call, T payload);
}
