package dev.parley;

/** Sees events of every name. Incoming ones before their handler, on the same thread; outgoing ones in the emitting thread. */
@FunctionalInterface
public interface AnyListener {
  void onEvent(Socket socket, String event, Args args) throws Exception;
}
