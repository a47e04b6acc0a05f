package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.MissingNodesException;
import dev.parley.RemoteSocket;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.test.ParleyTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What is said and asked while the bus is not yet what it will be. */
class SlowBusTest {
  private final SlowBus bus = new SlowBus();
  private long nanos;
  private final Wire wire = new Wire(
      bus,
      new NodeFormat(
          "slow", "socket.io", NodeFormat.RoomChannels.NONE, Format.Membership.SUBSCRIBERS));

  @Test
  void whatIsEmittedWhileTheBusConnectsIsSentInOrder() {
    ParleyEmitter emitter = ParleyEmitter.builder(wire).build();
    emitter.emit("first");
    emitter.emit("second");
    CompletableFuture<Void> flushed = emitter.flush();
    assertThat(flushed).isNotDone();

    bus.connect();
    emitter.emit("third");

    assertThat(bus.events()).containsExactly("first", "second", "third");
    assertThat(flushed).isCompleted();
    assertThat(emitter.health().pendingBytes()).isZero();
    emitter.close();
  }

  @Test
  void whatIsEmittedInAShortLifeIsSent() throws InterruptedException {
    Thread job = new Thread(() -> {
      try (ParleyEmitter emitter = ParleyEmitter.builder(wire).build()) {
        emitter.emit("first");
      }
    });
    job.start();
    while (job.isAlive() && job.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }

    bus.connect();
    job.join();

    assertThat(bus.events()).containsExactly("first");
  }

  @Test
  void whatIsEmittedBeforeTheBusCannotConnectIsCounted() {
    ParleyEmitter emitter = ParleyEmitter.builder(wire).build();
    emitter.emit("first");

    bus.listener.onDisconnected("nobody is there");
    emitter.emit("second");

    assertThat(emitter.health().lost()).isEqualTo(2);
    assertThat(emitter.health().pendingBytes()).isZero();
    assertThat(emitter.flush()).isCompletedExceptionally();
    emitter.close();
  }

  @Test
  void aBusThatThrowsLosesOneMessageAndNoMore() {
    ParleyEmitter emitter = ParleyEmitter.builder(wire).build();
    bus.connect();
    bus.broken = true;

    emitter.emit("first");

    assertThat(emitter.health().lost()).isEqualTo(1);
    assertThat(emitter.health().pendingBytes()).isZero();
    assertThat(emitter.flush()).isCompletedExceptionally();
    emitter.close();
  }

  @Test
  void aQuestionIsAskedWhenItsAnswersCanBeHeard() {
    Cluster cluster = Cluster.over(wire, ClusterOptions.DEFAULT, () -> nanos);
    try (ParleyTest test = ParleyTest.of(builder -> builder.adapter(cluster), server -> {})) {
      bus.connect();
      CompletableFuture<List<RemoteSocket>> sockets = test.server().of("/").fetchSockets();
      assertThat(bus.published).isEmpty();

      bus.confirm();
      assertThat(bus.published).hasSize(1);
      assertThat(sockets).isNotDone();
    }
  }

  @Test
  void aQuestionWhoseAnswersCanNeverBeHeardIsNotHeldToBeComplete() {
    Cluster cluster = Cluster.over(wire, ClusterOptions.DEFAULT, () -> nanos);
    try (ParleyTest test = ParleyTest.of(builder -> builder.adapter(cluster), server -> {})) {
      bus.connect();
      CompletableFuture<List<RemoteSocket>> sockets = test.server().of("/").fetchSockets();

      nanos = ClusterOptions.DEFAULT.requestTimeout().toNanos();
      cluster.tick();
      test.settle();

      assertThat(sockets.handle((found, failure) -> failure)).isDone();
      assertThat(sockets.handle((found, failure) -> failure).join())
          .isInstanceOf(MissingNodesException.class);
    }
  }

  @Test
  void whoFlushesWaitsForWhatWasBeforeAndNotForWhatComesAfter() {
    ParleyEmitter emitter = ParleyEmitter.builder(wire).build();
    bus.connect();
    bus.slow = true;
    emitter.emit("first");
    CompletableFuture<Void> flushed = emitter.flush();
    emitter.emit("second");
    CompletableFuture<Void> both = emitter.flush();
    CompletableFuture<Void> again = emitter.flush();

    bus.answers.get(0).complete(null);
    assertThat(flushed).isCompleted();
    assertThat(both).isNotDone();

    bus.answers.get(1).completeExceptionally(new IllegalStateException("lost"));
    assertThat(both).isCompletedExceptionally();
    assertThat(again).as("who waits at the same time is told, too").isCompletedExceptionally();
    assertThat(emitter.flush()).isCompleted();
    emitter.close();
  }

  /** Connects, answers and confirms subscriptions when it is told to; its broker knows one other node. */
  private static final class SlowBus implements Bus {
    final List<String> published = Collections.synchronizedList(new ArrayList<>());
    volatile Listener listener;
    final List<CompletableFuture<Void>> answers = new ArrayList<>();
    private final List<CompletableFuture<Void>> subscriptions = new ArrayList<>();
    private volatile boolean connected;
    volatile boolean broken;
    volatile boolean slow;

    void connect() {
      connected = true;
      listener.onConnected();
    }

    List<String> events() {
      return published.stream()
          .map(message -> message.replaceFirst(".*\"data\":\\[\"(\\w+)\".*", "$1"))
          .toList();
    }

    @Override
    public void start(Listener listener) {
      this.listener = listener;
    }

    @Override
    public CompletionStage<Void> publish(String channel, byte[] message) {
      if (broken) {
        throw new IllegalStateException("broken");
      }
      if (!connected) {
        return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
      }
      published.add(new String(message, StandardCharsets.UTF_8));
      if (slow) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        answers.add(answer);
        return answer;
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> subscribe(String channel) {
      CompletableFuture<Void> confirmed = new CompletableFuture<>();
      subscriptions.add(confirmed);
      return confirmed;
    }

    void confirm() {
      subscriptions.forEach(each -> each.complete(null));
    }

    @Override
    public void unsubscribe(String channel) {}

    @Override
    public CompletionStage<Integer> subscribers(String channel) {
      return CompletableFuture.completedFuture(1);
    }

    @Override
    public void close() {}
  }
}
