package dev.parley.server.transport;

import java.util.concurrent.Executor;

/**
 * A serial executor with a clock: an event loop, or one thread's worth of a pool. What belongs to a lane is touched on
 * this lane only, so it needs no lock. Nothing that runs here may wait or run user code that was not declared
 * non-blocking. Safe from any thread.
 */
public interface Lane extends Executor {
  /** Runs the task later on this lane, in the order of the calls; never inside this call. */
  @Override
  void execute(Runnable task);

  /** True if the caller runs on this lane. */
  boolean inLane();

  /** The lane's time in nanoseconds; only differences mean something. The lanes of
   * a host share one clock, for a session may move from lane to lane. Tests move it by hand. */
  long nanoTime();

  /** Runs the task on this lane once this delay has passed. The runtime keeps one such timer per lane, and now and then a short one. */
  Timer schedule(Runnable task, long delayNanos);

  /** A scheduled task that has not run yet. */
  interface Timer {
    /** Takes the task back; does nothing if it has run. Lane only. */
    void cancel();
  }
}
