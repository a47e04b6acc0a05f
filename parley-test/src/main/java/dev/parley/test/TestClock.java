package dev.parley.test;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The time of a server and its clients in a test. It stands still until the test moves it, so a timeout of an hour costs
 * nothing and one of a second never fires by accident. Only waits of at most 10 ms end by themselves, when nothing else is
 * left to do.
 */
public final class TestClock {
  private final Tasks tasks;
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong((Alarm alarm) -> alarm.atNanos)
          .thenComparing(alarm -> alarm.number));
  private long number;
  private volatile long nowNanos;

  TestClock(Tasks tasks) {
    this.tasks = tasks;
    tasks.clock(this);
  }

  private record Alarm(long atNanos, long number, Runnable action) {}

  /**
   * Lets time pass: whatever is due in between happens in its order and at its time, and so does what follows from it.
   *
   * @param by zero runs what is due already
   * @throws IllegalArgumentException if it is negative
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time cannot pass by " + by);
    }
    long target = nowNanos + by.toNanos();
    tasks.calmDown();
    while (fireBefore(target)) {
      tasks.calmDown();
    }
    nowNanos = Math.max(nowNanos, target);
  }

  /** Fires the next timer, at its time, if that is not later than this. */
  boolean fireBefore(long limit) {
    Alarm due = next(limit);
    if (due == null) {
      return false;
    }
    nowNanos = Math.max(nowNanos, due.atNanos);
    due.action.run();
    return true;
  }

  /** Time that has passed since the server was made. */
  public Duration elapsed() {
    return Duration.ofNanos(nowNanos);
  }

  long nanoTime() {
    return nowNanos;
  }

  /** @return takes it back */
  synchronized Runnable schedule(Runnable action, long delayNanos) {
    Alarm alarm = new Alarm(nowNanos + Math.max(0, delayNanos), number++, action);
    alarms.add(alarm);
    return () -> remove(alarm);
  }

  /** Timers that have not fired; a test of our own sees by this whether any was left behind. */
  synchronized int pending() {
    return alarms.size();
  }

  synchronized void clear() {
    alarms.clear();
  }

  private synchronized void remove(Alarm alarm) {
    alarms.remove(alarm);
  }

  private synchronized @Nullable Alarm next(long target) {
    Alarm first = alarms.peek();
    return first != null && first.atNanos <= target ? alarms.poll() : null;
  }
}
