package dev.parley;

/**
 * Handles an event. Runs on the socket's handler lane: one event of a socket at a time, in the order of their arrival, free to
 * block; or on the event loop, if it was registered through {@code nonBlocking()}. If the client asked for an
 * acknowledgement, it gets an empty one when this returns. What it throws goes to the error handler and closes nothing.
 *
 * @param <T> the type of the event's first argument; the payload is null if the client sent null or nothing
 */
@FunctionalInterface
public interface EventHandler<T> {
  void handle(Socket socket, T payload) throws Exception;
}
