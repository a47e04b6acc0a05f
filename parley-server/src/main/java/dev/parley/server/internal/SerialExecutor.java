package dev.parley.server.internal;

import dev.parley.server.internal.engine.HandlerTurn;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one at a time and in the order of the calls, on threads of another executor: the handler lane of one client.
 * Safe from any thread. Small when idle: the queue exists only while a task waits. A task that throws is logged and the next
 * one runs.
 */
public final class SerialExecutor implements Executor {
  private static final Logger LOG = System.getLogger(SerialExecutor.class.getName());

  /** Tasks in a row before the thread goes back to its pool, so that one busy client does not keep it from others. */
  private static final int TASKS_PER_TURN = 64;

  private final Executor executor;
  /** Tasks that wait, oldest first; null while none does. Guarded by this. */
  private @Nullable ArrayDeque<Runnable> waiting;
  /** True while a turn is running or handed to the executor. Guarded by this. */
  private boolean running;

  public SerialExecutor(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs the task after all earlier ones, never inside this call unless the executor below does so.
   *
   * @throws RejectedExecutionException if the executor below takes no tasks any more; this one is forgotten
   */
  @Override
  public void execute(Runnable task) {
    HandlerTurn turn = add(task);
    if (turn == null) {
      return;
    }
    try {
      executor.execute(turn);
    } catch (RejectedExecutionException closed) {
      turn.withdraw();
      throw closed;
    }
  }

  /**
   * As {@link #execute}, for a caller that has turns of several to start.
   *
   * @return what the caller must give to the executor below, or withdraw, or nothing would run any more; null if the task
   *     waits for others
   */
  public synchronized @Nullable HandlerTurn add(Runnable task) {
    if (running) {
      enqueue(task);
      return null;
    }
    running = true;
    return new Turn(task);
  }

  private final class Turn implements HandlerTurn {
    private final Runnable first;

    Turn(Runnable first) {
      this.first = first;
    }

    @Override
    public void run() {
      turn(first);
    }

    @Override
    public void withdraw() {
      forget();
    }
  }

  private synchronized void forget() {
    running = false;
    waiting = null;
  }

  /** Tasks that wait; the one that runs does not count. */
  public synchronized int size() {
    return waiting == null ? 0 : waiting.size();
  }

  /** True if no task waits or runs. */
  public synchronized boolean idle() {
    return !running;
  }

  private void enqueue(Runnable task) {
    if (waiting == null) {
      waiting = new ArrayDeque<>(4);
    }
    waiting.add(task);
  }

  private void turn(Runnable first) {
    Runnable task = first;
    for (int i = 1; task != null; i++) {
      run(task);
      task = next();
      if (task != null && i >= TASKS_PER_TURN && handOver(task)) {
        return;
      }
    }
  }

  /** The next task; null ends the turn. */
  private synchronized @Nullable Runnable next() {
    Runnable task = waiting == null ? null : waiting.poll();
    if (task == null) {
      waiting = null;
      running = false;
    }
    return task;
  }

  private boolean handOver(Runnable task) {
    try {
      executor.execute(new Turn(task));
      return true;
    } catch (RejectedExecutionException closed) {
      // What was accepted before the executor closed still runs, on this thread.
      return false;
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable thrown) {
      LOG.log(Level.ERROR, "A task of a handler lane failed", thrown);
    }
  }
}
