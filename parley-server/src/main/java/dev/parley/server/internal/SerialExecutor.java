package dev.parley.server.internal;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Stands in until the engine lands. */
public final class SerialExecutor implements Executor {
  private final Executor executor;
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private boolean running;

  public SerialExecutor(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      queue.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    executor.execute(this::drain);
  }

  public synchronized boolean idle() {
    return !running;
  }

  private void drain() {
    while (true) {
      Runnable task;
      synchronized (this) {
        task = queue.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.run();
      } catch (Throwable e) {
        System.getLogger("x").log(System.Logger.Level.ERROR, "failed", e);
      }
    }
  }
}
