package dev.parley.server.internal.engine;

/** What one client's handlers have to do next, on one of their threads. Runs once, or is withdrawn. */
public interface HandlerTurn extends Runnable {
  /** No thread takes it: its client's handlers have nothing to wait for. Any thread. */
  void withdraw();
}
