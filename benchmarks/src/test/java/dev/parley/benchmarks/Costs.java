package dev.parley.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.parley.benchmarks.micro.CountingHost;
import dev.parley.benchmarks.micro.CountingHost.CountingLink;
import dev.parley.protocol.engineio.Message;
import java.lang.management.ManagementFactory;

/**
 * What things may cost, in figures that are the same on every machine: objects, tasks, frames and flushes. Bytes are counted
 * without the optimizing compiler, so they are an upper bound that does not vary. A limit that fails is either a regression or a
 * decision; a decision changes the limit and says why.
 */
abstract class Costs {
  static final int LANES = 2;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int EVENTS = 200;

  final CountingHost host = new CountingHost(LANES);

  final void connect(int members, String room) {
    for (int i = 0; i < members; i++) {
      CountingLink client = host.connect(i % LANES);
      client.receive(Message.text("42[\"join\",\"" + room + "\"]"));
    }
    host.runLanes();
  }

  static int rounds() {
    return 5 * EVENTS;
  }

  /** Bytes that this thread allocates in one run of the action: of five times two hundred runs the cheapest two hundred. */
  static long bytesPer(Runnable action) {
    long cheapest = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < EVENTS; i++) {
        action.run();
      }
      cheapest = Math.min(cheapest, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return cheapest / EVENTS;
  }
}
