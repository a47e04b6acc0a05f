package dev.parley;

import org.jspecify.annotations.Nullable;

/** Hears what handlers, interceptors and listeners throw. */
@FunctionalInterface
public interface ErrorHandler {
  /**
   * Called on the thread of the handler that failed. By default the error is logged and a client that asked for an
   * acknowledgement gets none, as with the reference.
   *
   * @param event the event's name, or {@code connect} or {@code disconnect}
   * @return what to acknowledge with if the client asked, or null for no acknowledgement
   */
  @Nullable
  Object onError(Socket socket, String event, Throwable error);
}
