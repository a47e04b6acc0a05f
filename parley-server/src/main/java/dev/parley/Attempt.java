package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * A client that asks to join a namespace and has not joined yet: it is in no room, receives nothing and triggers nothing.
 * Belongs to the admission check that got it, until that returns.
 */
public interface Attempt {
  /** The id that the socket will have. */
  String id();

  /** The namespace asked for; of a dynamic namespace, the child's name. */
  String namespace();

  Handshake handshake();

  /** The same as {@code handshake().auth()}. */
  default Auth auth() {
    return handshake().auth();
  }

  /** Stores data for the socket. */
  <T> void data(DataKey<T> key, @Nullable T value);

  /** What was stored by an earlier check, or null. */
  <T> @Nullable T data(DataKey<T> key);

  /** Rooms that the socket joins once it is admitted. */
  void join(String... rooms);

  /** An event that the client gets right after its CONNECT; never, if it is refused. @throws PayloadException if it cannot be written */
  void emit(String event, @Nullable Object... args);
}
