package dev.parley;

import tools.jackson.core.type.TypeReference;

/**
 * What can be registered on a namespace, for all its sockets and without a cost per socket, and on a single socket. An event
 * has one handler in each; a second registration is an error, because it would silently replace the first. Where both have
 * one, the socket's own runs. Safe from any thread.
 *
 * @param <S> what registers, to chain calls
 */
public interface Handlers<S> {
  /** Handles an event by its first argument. @throws IllegalStateException if the event has a handler here */
  <T> S on(String event, Class<T> type, EventHandler<T> handler);

  <T> S on(String event, TypeReference<T> type, EventHandler<T> handler);

  <T> S on(Event<T> event, EventHandler<T> handler);

  /** Handles an event with all its arguments. */
  S on(String event, EventHandler<Args> handler);

  /** Handles an event by its first argument and acknowledges it with what the handler returns. */
  <T> S onCall(String event, Class<T> type, CallHandler<T> handler);

  <T> S onCall(String event, TypeReference<T> type, CallHandler<T> handler);

  <T, R> S onCall(Call<T, R> call, CallHandler<T> handler);

  /** Handles an event with all its arguments and acknowledges it with what the handler returns. */
  S onCall(String event, CallHandler<Args> handler);

  /** Forgets the handler of an event; does nothing if there is none. */
  S off(String event);

  /** Handles the events that have no handler of their own. @throws IllegalStateException if there is one here */
  S onUnhandled(AnyListener handler);

  /** Sees every incoming event before its handler. */
  S onAny(AnyListener listener);

  S offAny(AnyListener listener);

  /** Sees every outgoing event, acknowledgements excepted; a broadcast once for each local client. */
  S onAnyOutgoing(AnyListener listener);

  S offAnyOutgoing(AnyListener listener);

  /** Stands before the handlers of incoming events. */
  S use(Interceptor interceptor);

  /** Hears how sockets end; called once for each, after its last event. */
  S onDisconnect(DisconnectHandler handler);

  /** Hears a socket's end, on its handler lane. */
  @FunctionalInterface
  interface DisconnectHandler {
    void onDisconnect(Socket socket, Disconnect how) throws Exception;
  }

  /**
   * The same, but event handlers registered through it promise not to block and run on the event loop, without a change of
   * thread. Order is kept: such a handler waits for earlier events whose handlers may block.
   */
  NonBlocking nonBlocking();

  /** Registers handlers that promise not to block. */
  interface NonBlocking extends Handlers<NonBlocking> {}
}
