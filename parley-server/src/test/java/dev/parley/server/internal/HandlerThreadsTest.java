package dev.parley.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The threads of JVMs that have no virtual ones. */
class HandlerThreadsTest {
  private final CountDownLatch gate = new CountDownLatch(1);
  private final ExecutorService pool = HandlerThreads.pool();

  @AfterEach
  void end() {
    gate.countDown();
    pool.shutdown();
  }

  @Test
  void oneThatBlocksDoesNotHoldUpWhatItWasGivenWith() throws InterruptedException {
    int tasks = 100;
    CountDownLatch all = new CountDownLatch(tasks);
    pool.execute(() -> {
      for (int i = 0; i < tasks; i++) {
        pool.execute(() -> {
          all.countDown();
          awaitGate();
        });
      }
      awaitGate();
    });

    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void oneMayWaitForAnother() throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    CompletableFuture<String> heard = new CompletableFuture<>();
    pool.execute(() -> {
      pool.execute(() -> answer.complete("done"));
      heard.complete(answer.join());
    });

    assertThat(heard.get(20, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void theyEndWithTheProgramAndKnowItsClasses() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    ClassLoader own = new ClassLoader(getClass().getClassLoader()) {};
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(own);
    try {
      pool.execute(() -> ran.complete(Thread.currentThread()));
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }

    Thread thread = ran.get(20, TimeUnit.SECONDS);
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).startsWith("parley-handler-");
    assertThat(thread.getContextClassLoader()).isSameAs(own);
  }

  private void awaitGate() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
