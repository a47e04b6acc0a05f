package dev.parley.server.internal;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

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

  /**
   * At most this many, because each costs a stack; what waits for one is bounded by the sockets' own limits. A thread goes
   * through what it was given together as long as nothing blocks it, and others take that from it if something does: a
   * queue shared by all would wake a thread for each event.
   */
  static ExecutorService pool() {
    return new ForkJoinPool(
        MOST_PLATFORM_THREADS,
        Worker::new,
        null,
        true,
        0,
        MOST_PLATFORM_THREADS,
        1,
        full -> true,
        30,
        TimeUnit.SECONDS);
  }

  /** Takes the class loader of its creator, where the default takes the system's, which does not know a web application. */
  private static final class Worker extends ForkJoinWorkerThread {
    Worker(ForkJoinPool pool) {
      super(pool);
      setName("parley-handler-" + getPoolIndex());
    }
  }
}
