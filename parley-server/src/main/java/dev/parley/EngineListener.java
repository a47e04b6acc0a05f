package dev.parley;

import dev.parley.protocol.engineio.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * Hears the clients of a plain Engine.IO service. One listener serves all of them. The calls of one client come one at a
 * time and in order, first {@link #onOpen} and last {@link #onClose}, each once; those of different clients come at the
 * same time. Unless {@link #nonBlocking} says otherwise they come on handler threads and may block. What a call throws is
 * logged and closes nothing.
 */
public interface EngineListener {
  default void onOpen(EngineSocket socket) throws Exception {}

  /** A text message. */
  default void onMessage(EngineSocket socket, String text) throws Exception {}

  /** A binary message; the array is the listener's. */
  default void onMessage(EngineSocket socket, byte[] data) throws Exception {}

  /** @param cause what broke the connection or which rule the client broke, if that is known */
  default void onClose(EngineSocket socket, CloseReason reason, @Nullable Throwable cause)
      throws Exception {}

  /**
   * True to be called on the event loop, which saves a change of threads for every message. Then no call may ever wait: it
   * would hold up every client of that loop. Asked once.
   */
  default boolean nonBlocking() {
    return false;
  }
}
