package dev.parley.benchmarks;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** What the measured servers answer to {@code mem}. */
public final class MemoryInUse {
  private MemoryInUse() {}

  /** Bytes of heap and direct memory that are left in use after a collection. */
  public static long afterCollection() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + direct();
  }

  private static long direct() {
    long used = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        used += pool.getMemoryUsed();
      }
    }
    // Netty takes direct memory past the JVM's own count where it can.
    return used + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
