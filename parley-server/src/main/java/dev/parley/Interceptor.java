package dev.parley;

/**
 * Stands before the handlers of every incoming event. Runs where the event's handler runs. Interceptors of the namespace
 * come before those of the socket, each in the order of registration.
 */
@FunctionalInterface
public interface Interceptor {
  /**
   * Lets the event pass by calling {@code next}, drops it by returning without, or fails it by throwing, which goes to the
   * error handler.
   */
  void intercept(Socket socket, String event, Args args, Next next) throws Exception;

  /** The rest of the way: further interceptors, then the handler. */
  @FunctionalInterface
  interface Next {
    void proceed() throws Exception;
  }
}
