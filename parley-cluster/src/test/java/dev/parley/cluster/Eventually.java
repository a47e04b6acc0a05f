package dev.parley.cluster;

import dev.parley.test.TestClient;
import dev.parley.test.TestEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what a bus brings in its own time; as long as it takes, and not longer than a failing test may. */
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long LOOK_NANOS = 2_000_000;

  private Eventually() {}

  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Node.settleAll();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("did not come true within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
      Node.settleAll();
    }
  }

  /** The next so many events of this name. */
  public static List<TestEvent> received(TestClient client, String event, int count) {
    List<TestEvent> events = new ArrayList<>();
    until(count + " times \"" + event + "\", not " + events.size(), () -> {
      events.addAll(client.received(event));
      return events.size() >= count;
    });
    if (events.size() > count) {
      throw new AssertionError(events.size() + " times \"" + event + "\", not " + count);
    }
    return events;
  }

  public static TestEvent received(TestClient client, String event) {
    return received(client, event, 1).get(0);
  }

  public static <T> T get(CompletableFuture<T> future) {
    until("an answer", future::isDone);
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
