package dev.parley;

/**
 * Sees events of every name. Incoming ones before their handler, on the same thread; outgoing ones in the emitting thread,
 * and those that another node emits in the one that brings its messages: so it must not block.
 */
@FunctionalInterface
public interface AnyListener {
  void onEvent(Socket socket, String event, Args args) throws Exception;
}
