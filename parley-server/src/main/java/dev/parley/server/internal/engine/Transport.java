package dev.parley.server.internal.engine;

import dev.parley.TransportType;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.server.transport.Outgoing;
import org.jspecify.annotations.Nullable;

/** How a session's packets go out, and how it ends on the wire. Session's lane only, unless a method says otherwise. */
abstract class Transport {
  /** Any thread. */
  abstract TransportType type();

  /** True if something written now would leave at the next flush. */
  abstract boolean ready();

  /** Writes past the outbox, which is empty. @return false if the packet must wait in the outbox */
  abstract boolean write(Outgoing packet);

  /** Sends what was written, then what fits of the outbox. */
  abstract void flush(@Nullable Outbox outbox);

  /** Stops or starts taking packets from the peer. */
  abstract void reading(boolean on);

  /**
   * The session has ended. Called once, first.
   *
   * @param graceful what is in the outbox goes out first: {@link #finish} follows when it is empty
   * @return true if nothing is left to do
   */
  abstract boolean close(CloseReason reason, boolean graceful);

  /** After a graceful close, the outbox is empty. @return true if nothing is left to do */
  abstract boolean finish();

  /** The wait for a graceful end is over. */
  abstract void abort();
}
