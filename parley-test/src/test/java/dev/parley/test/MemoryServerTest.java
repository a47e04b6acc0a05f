package dev.parley.test;

import org.junit.jupiter.api.Nested;

/** The suite in memory. */
class MemoryServerTest {
  private static final Bench.Starter IN_ORDER =
      (options, setUp) -> new MemoryBench(new MemoryHost(), options, setUp);

  @Nested
  class Events extends EventsContract {
    Events() {
      super(IN_ORDER);
    }
  }
}
