package dev.parley.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * One kind of work for a server. It connects, then runs in one of two ways: as fast as answers allow, to see what the
 * server can do, or at a given pace, to see how long answers take. Paced work has a time when it is due, and its latency
 * counts from there, however late it could be sent.
 */
abstract class Load {
  final Reactor reactor;

  /** Nanoseconds from due to done, of paced work. */
  final Histogram latency = new Histogram(60_000_000_000L, 3);

  /** Units of work that were done and checked. */
  long units;

  /** Whether an answer is to be followed by the next request. */
  boolean saturating;

  Load(Reactor reactor) {
    this.reactor = reactor;
  }

  /** Connects everything that the load needs. */
  abstract void open();

  abstract boolean ready();

  /** Starts as much work as may be under way at once. {@link #saturating} is set. */
  abstract void saturate();

  /** A piece of work is due: it is started now, or as soon as the load allows. */
  abstract void due(long nanos);

  /** Whether no work is under way. */
  abstract boolean quiet();

  /** One piece of work, counted once in {@link #units} or, for a broadcast, once for each delivery. */
  final void done(long dueNanos, boolean paced) {
    units++;
    if (paced) {
      latency.recordValue(Math.max(0, System.nanoTime() - dueNanos));
    }
  }

  static void check(boolean fact, String what) {
    if (!fact) {
      throw new LoadFailure(what);
    }
  }
}
