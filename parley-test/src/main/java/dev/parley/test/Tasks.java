package dev.parley.test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be done in a test: by lanes, by handlers, by the network in between. Any thread adds a task; the thread of
 * the test runs them, one at a time, when it asks for something. So a test is a sequence and not a race.
 *
 * <p>Each queue keeps its order. Between queues the oldest task comes first, or with a seed a random one, which is how tests
 * of our own look for order that nobody promised.
 */
final class Tasks {
  /** How long a test waits for other threads in real time: handlers that may block, or a future that somebody completes. */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Timers this short fire when nothing else is left to do: they are no timeouts, but a second look at the connections. */
  private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** More tasks than any test has: two timers that wake each other, or a client that reconnects at once. */
  private static final int ENDLESS = 5_000_000;

  private final List<Queue> queues = new ArrayList<>();
  private final @Nullable Random random;
  private long added;

  /** Tasks of the test that run on other threads. */
  private int elsewhere;

  private @Nullable Thread runner;

  /** The thread that closes the server and waits meanwhile: what it adds is run at once, as nobody else would. */
  private @Nullable Thread closer;

  private @Nullable TestClock clock;

  Tasks(@Nullable Random random) {
    this.random = random;
  }

  void clock(TestClock testClock) {
    clock = testClock;
  }

  private record Task(long number, Runnable action) {}

  /** Tasks in order. */
  final class Queue implements Executor {
    private final ArrayDeque<Task> waiting = new ArrayDeque<>();
    private final String name;
    private boolean running;

    private Queue(String name) {
      this.name = name;
    }

    @Override
    public void execute(Runnable action) {
      boolean now;
      synchronized (Tasks.this) {
        waiting.add(new Task(added++, action));
        Tasks.this.notifyAll();
        now = closer == Thread.currentThread();
      }
      if (now) {
        runWaiting();
      }
    }

    /** True if the caller is a task of this queue. */
    boolean isCurrent() {
      synchronized (Tasks.this) {
        return running && runner == Thread.currentThread();
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  synchronized Queue queue(String name) {
    Queue queue = new Queue(name);
    queues.add(queue);
    return queue;
  }

  /** Runs a task on another thread, and lets the test wait for it. */
  void runElsewhere(Executor threads, Runnable action) {
    synchronized (this) {
      elsewhere++;
    }
    threads.execute(() -> {
      try {
        action.run();
      } finally {
        synchronized (this) {
          elsewhere--;
          notifyAll();
        }
      }
    });
  }

  /** From here on this thread also runs what it adds, even inside a task. */
  synchronized void closing(Thread thread) {
    closer = thread;
  }

  synchronized void closed() {
    closer = null;
  }

  /** Runs until nothing is left to do, on other threads either. */
  void settle() {
    run(() -> false, BUSY_NANOS, 0);
    if (elsewhere() > 0) {
      throw new AssertionError("a handler still runs after "
          + TimeUnit.NANOSECONDS.toSeconds(BUSY_NANOS) + " s; does it wait for a client?");
    }
  }

  /** The same, but a handler on another thread may well wait for what the test is about to do. */
  void calmDown() {
    run(() -> false, CALM_NANOS, 0);
  }

  /** Runs what waits now, and waits for no other thread. */
  void runWaiting() {
    long limit = glanceLimit();
    for (int i = 0; runOne() || glance(limit); i++) {
      checkEnd(i);
    }
  }

  /** Runs at most so many tasks. */
  void runSome(int count) {
    for (int i = 0; i < count && runOne(); i++) {
      // One by one.
    }
  }

  private long glanceLimit() {
    return clock == null ? 0 : clock.nanoTime() + GLANCE_NANOS;
  }

  /** Nothing is left to do: lets a timer fire that waits for this very moment. @return false if there is none */
  private boolean glance(long limit) {
    return clock != null && clock.fireBefore(limit);
  }

  /** @return false if it does not come true, although nothing is left to do */
  boolean runUntil(BooleanSupplier condition) {
    return run(condition, BUSY_NANOS, IDLE_NANOS);
  }

  private boolean run(BooleanSupplier condition, long busyNanos, long idleNanos) {
    long start = System.nanoTime();
    long limit = glanceLimit();
    for (int i = 0; ; i++) {
      if (condition.getAsBoolean()) {
        return true;
      }
      checkEnd(i);
      if (!runOne() && !glance(limit) && !awaitTask(start, busyNanos, idleNanos)) {
        return condition.getAsBoolean();
      }
    }
  }

  private static void checkEnd(int count) {
    if (count == ENDLESS) {
      throw new AssertionError("after " + count + " tasks there are still more");
    }
  }

  private boolean runOne() {
    Queue queue;
    Task task;
    Thread before;
    synchronized (this) {
      if (!mayRun(Thread.currentThread())) {
        return false;
      }
      queue = next();
      if (queue == null) {
        return false;
      }
      task = queue.waiting.remove();
      queue.running = true;
      before = runner;
      runner = Thread.currentThread();
    }
    try {
      task.action.run();
    } finally {
      synchronized (this) {
        queue.running = false;
        runner = before;
        notifyAll();
      }
    }
    return true;
  }

  /** One thread at a time: usually that of the test, and whichever closes the server. */
  private boolean mayRun(Thread caller) {
    if (runner == caller && closer != caller) {
      throw new IllegalStateException("a handler cannot use the test kit");
    }
    while (runner != null && runner != caller) {
      if (closer == caller) {
        return false;
      }
      pause(IDLE_NANOS);
    }
    return true;
  }

  private @Nullable Queue next() {
    List<Queue> ready = new ArrayList<>();
    for (Queue queue : queues) {
      if (!queue.waiting.isEmpty() && !queue.running) {
        ready.add(queue);
      }
    }
    if (ready.isEmpty()) {
      return null;
    }
    if (random != null) {
      return ready.get(random.nextInt(ready.size()));
    }
    Queue oldest = ready.get(0);
    for (Queue queue : ready) {
      if (queue.waiting.getFirst().number < oldest.waiting.getFirst().number) {
        oldest = queue;
      }
    }
    return oldest;
  }

  private synchronized int elsewhere() {
    return elsewhere;
  }

  /** Waits until another thread adds a task; not for ever. */
  private synchronized boolean awaitTask(long start, long busyNanos, long idleNanos) {
    while (next() == null) {
      long left = start + (elsewhere > 0 ? busyNanos : idleNanos) - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      pause(left);
    }
    return true;
  }

  /** Waits for another thread to change something. Under the lock. */
  private void pause(long nanos) {
    try {
      wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("the test was interrupted", e);
    }
  }
}
