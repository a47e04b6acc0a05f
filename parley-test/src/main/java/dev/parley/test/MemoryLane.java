package dev.parley.test;

import dev.parley.server.transport.Lane;
import java.util.concurrent.RejectedExecutionException;

/** A lane without a thread: the thread of the test runs its tasks. */
final class MemoryLane implements Lane {
  private final Tasks.Queue queue;
  private final TestClock clock;
  private volatile boolean closed;

  MemoryLane(Tasks.Queue queue, TestClock clock) {
    this.queue = queue;
    this.clock = clock;
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("the host is closed");
    }
    queue.execute(task);
  }

  @Override
  public boolean inLane() {
    return queue.isCurrent();
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    Runnable takeBack = clock.schedule(() -> queue.execute(task), delayNanos);
    return () -> {
      requireLane("cancel a timer");
      takeBack.run();
    };
  }

  /** Holds the server to its contract, which a host with threads cannot do. */
  void requireLane(String what) {
    if (!inLane()) {
      throw new IllegalStateException("off the lane: " + what);
    }
  }

  void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return queue.toString();
  }
}
