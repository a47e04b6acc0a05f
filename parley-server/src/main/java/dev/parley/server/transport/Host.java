package dev.parley.server.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Where the server lives: it listens, speaks HTTP and WebSocket, and owns the lanes. Used for one start and one close. */
public interface Host {
  /**
   * Listens, and hands every request to the endpoint from now on.
   *
   * @throws IOException if the address cannot be bound or the key cannot be read; nothing is left behind then
   */
  void start(HostSettings settings, Endpoint endpoint) throws IOException;

  /** The address bound, with its real port. @throws IllegalStateException if not started */
  InetSocketAddress address();

  /** Accepts no new connection; open ones go on. Any thread. */
  void stopAccepting();

  /** Closes every connection, after giving them this long to send what was written, and frees threads and buffers. */
  void close(Duration patience);
}
