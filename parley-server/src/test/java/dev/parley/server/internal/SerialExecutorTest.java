package dev.parley.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
  private final ArrayDeque<Runnable> pool = new ArrayDeque<>();
  private final SerialExecutor serial = new SerialExecutor(pool::add);
  private final List<Integer> ran = new ArrayList<>();

  @Test
  void runsTasksInTheOrderOfTheCalls() {
    for (int i = 0; i < 5; i++) {
      int number = i;
      serial.execute(() -> ran.add(number));
    }
    assertThat(serial.size()).isEqualTo(4);
    runPool();
    assertThat(ran).containsExactly(0, 1, 2, 3, 4);
    assertThat(serial.size()).isZero();
  }

  @Test
  void takesOneThreadAtATime() {
    serial.execute(() -> ran.add(1));
    serial.execute(() -> ran.add(2));
    assertThat(pool).hasSize(1);
  }

  @Test
  void goesOnAfterATaskThatThrows() {
    serial.execute(() -> {
      throw new AssertionError("expected in the log");
    });
    serial.execute(() -> ran.add(1));
    runPool();
    assertThat(ran).containsExactly(1);
  }

  @Test
  void givesTheThreadBackAfterAWhile() {
    for (int i = 0; i < 100; i++) {
      int number = i;
      serial.execute(() -> ran.add(number));
    }
    pool.remove().run();
    assertThat(ran).hasSizeBetween(1, 99);
    assertThat(pool).hasSize(1);
    runPool();
    assertThat(ran).hasSize(100).isSorted();
  }

  @Test
  void runsATaskThatATaskAdds() {
    serial.execute(() -> serial.execute(() -> ran.add(2)));
    runPool();
    assertThat(ran).containsExactly(2);
  }

  @Test
  void refusesWhenThePoolRefuses() {
    SerialExecutor closed = new SerialExecutor(task -> {
      throw new RejectedExecutionException();
    });
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> closed.execute(() -> ran.add(1)))
          .isInstanceOf(RejectedExecutionException.class);
    }
    assertThat(closed.size()).isZero();
  }

  @Test
  void neverRunsTwoTasksAtOnce() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      SerialExecutor shared = new SerialExecutor(threads);
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch done = new CountDownLatch(3000);
      for (int caller = 0; caller < 3; caller++) {
        threads.execute(() -> {
          for (int i = 0; i < 1000; i++) {
            shared.execute(() -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              inside.decrementAndGet();
              done.countDown();
            });
          }
        });
      }
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(most).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private void runPool() {
    while (!pool.isEmpty()) {
      pool.remove().run();
    }
  }
}
