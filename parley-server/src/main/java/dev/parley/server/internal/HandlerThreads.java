package dev.parley.server.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for handlers: virtual ones where the running JVM has them. */
final class HandlerThreads {
  private static final int MOST_PLATFORM_THREADS = 256;

  private HandlerThreads() {}

  static ExecutorService create() {
    try {
      // Looked up by name, because the classes must load on 17.
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException notThere) {
      return pool();
    }
  }

  /** At most this many, because each costs a stack; what waits for one is bounded by the sockets' own limits. */
  private static ExecutorService pool() {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        MOST_PLATFORM_THREADS,
        MOST_PLATFORM_THREADS,
        30,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "parley-handler-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
