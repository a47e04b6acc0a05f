package dev.parley;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A choice of sockets and how to reach them. Immutable: every operator returns a new one, so it may be kept in a field and
 * shared between threads; whom it reaches is found out when it is used. A socket that matches several times gets an event
 * once.
 */
public interface Broadcast extends Emitter {
  /** Narrows to the sockets in any of these rooms, and those of earlier calls; a socket id is a room too. */
  Broadcast to(String... rooms);

  /** The same as {@link #to}. */
  default Broadcast in(String... rooms) {
    return to(rooms);
  }

  /** Leaves out the sockets in any of these rooms; a socket id is a room too. */
  Broadcast except(String... rooms);

  /** Only sockets of this node. */
  Broadcast local();

  /** Events may be dropped for clients that are not ready to take them at this moment; {@code volatile} in JavaScript. */
  Broadcast asVolatile();

  /** Whether transports that compress may compress this event. Default true. */
  Broadcast compress(boolean compress);

  /** How long {@link #emitWithAck} waits for the slowest client. Default 10 s. */
  Broadcast timeout(Duration timeout);

  /**
   * Asks every matching client for an acknowledgement.
   *
   * @return completes when all have answered or left, or when the time is over; never exceptionally for a slow client
   */
  CompletableFuture<AckReport> emitWithAck(String event, @Nullable Object... args);

  /** The matching sockets, on every node. */
  CompletableFuture<List<RemoteSocket>> fetchSockets();

  /** Makes the matching sockets join these rooms. */
  void socketsJoin(String... rooms);

  /** Makes the matching sockets leave these rooms. */
  void socketsLeave(String... rooms);

  /** Disconnects the matching sockets. @param close true to close their connections, for every namespace */
  void disconnectSockets(boolean close);
}
