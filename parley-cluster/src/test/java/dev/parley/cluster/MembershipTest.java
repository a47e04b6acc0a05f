package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AckReport;
import dev.parley.MissingNodesException;
import dev.parley.RemoteSocket;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is there, who has died, and when questions end: time passes here only by hand. */
class MembershipTest {
  private final MemoryBus.Hub hub = new MemoryBus.Hub();
  private final List<HandNode> nodes = new ArrayList<>();
  private long nanos;

  /** A node without threads: what the bus brings has happened when the call returns. */
  private final class HandNode {
    final CutBus bus = new CutBus(new MemoryBus(hub));
    final Cluster cluster = Cluster.over(
        new Wire(
            bus,
            new NodeFormat(
                "memory", "socket.io", NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS)),
        ClusterOptions.DEFAULT,
        () -> nanos);
    final ParleyTest test = ParleyTest.of(builder -> builder.adapter(cluster), server -> {});

    HandNode() {
      nodes.add(this);
    }

    CompletableFuture<List<RemoteSocket>> fetch() {
      CompletableFuture<List<RemoteSocket>> future = test.server().of("/").fetchSockets();
      test.settle();
      return future;
    }
  }

  private HandNode ada;
  private HandNode bob;

  @BeforeEach
  void start() {
    ada = new HandNode();
    bob = new HandNode();
  }

  @AfterEach
  void stop() {
    nodes.forEach(node -> node.test.close());
  }

  /** Time passes in steps, as the ticks of real nodes do. */
  private void pass(Duration time) {
    long end = nanos + time.toNanos();
    while (nanos < end) {
      nanos = Math.min(end, nanos + Duration.ofMillis(100).toNanos());
      nodes.forEach(node -> {
        node.cluster.tick();
        node.test.settle();
      });
    }
  }

  @Test
  void nodesKnowEachOtherAtOnce() {
    assertThat(ada.cluster.health().nodes()).isEqualTo(1);
    assertThat(bob.cluster.health().nodes()).isEqualTo(1);
  }

  @Test
  void aQuestionWaitsUntilANewNodeKnowsWhoIsThere() {
    bob.test.connect();

    CompletableFuture<List<RemoteSocket>> sockets = ada.fetch();
    assertThat(sockets).isNotDone();
    pass(Duration.ofMillis(500));

    assertThat(sockets).isCompletedWithValueMatching(found -> found.size() == 1);
  }

  @Test
  void heartbeatsKeepASilentNodeInTheCluster() {
    pass(Duration.ofMinutes(2));

    assertThat(ada.cluster.health().nodes()).isEqualTo(1);
  }

  @Test
  void aNodeThatFallsSilentIsForgottenAfterTheTimeout() {
    bob.bus.cut = true;

    pass(Duration.ofSeconds(9));
    assertThat(ada.cluster.health().nodes()).isEqualTo(1);
    pass(Duration.ofSeconds(6));

    assertThat(ada.cluster.health().nodes()).isZero();
  }

  @Test
  void aQuestionEndsWhenTheNodeThatOwesAnAnswerHasDied() {
    pass(Duration.ofSeconds(1));
    bob.bus.cut = true;
    pass(Duration.ofSeconds(4));

    CompletableFuture<AckReport> report =
        ada.test.server().of("/").timeout(Duration.ofMinutes(1)).emitWithAck("how");
    pass(Duration.ofSeconds(11));

    assertThat(report).isCompletedWithValueMatching(AckReport::complete);
  }

  @Test
  void aQuestionEndsAtItsDeadlineAndSaysWhoIsMissing() {
    pass(Duration.ofSeconds(1));
    bob.bus.cut = true;

    CompletableFuture<List<RemoteSocket>> sockets = ada.fetch();
    pass(Duration.ofSeconds(5));

    assertThat(failureOf(sockets)).isInstanceOfSatisfying(MissingNodesException.class, missing -> {
      assertThat(missing.expected()).isEqualTo(1);
      assertThat(missing.answered()).isZero();
      assertThat(missing).hasMessage("0 of 1 other nodes of the cluster answered in time");
    });
  }

  @Test
  void aNodeThatLeavesSaysSo() {
    bob.test.close();
    ada.test.settle();

    assertThat(ada.cluster.health().nodes()).isZero();
  }

  @Test
  void whileTheBrokerIsAwayLocalClientsAreServedAndTheLossIsCounted() {
    TestClient here = ada.test.connect();
    TestClient there = bob.test.connect();
    hub.down();

    ada.test.server().of("/").emit("news");

    here.expect("news");
    there.expectNothing();
    assertThat(ada.cluster.health().connected()).isFalse();
    assertThat(ada.cluster.health().lost()).isEqualTo(1);
    hub.up();
    ada.test.server().of("/").emit("more");
    bob.test.settle();
    there.expect("more");
    assertThat(ada.cluster.health().connected()).isTrue();
    assertThat(ada.cluster.health().interruptions()).isEqualTo(1);
  }

  @Test
  void aQuestionWhileTheBrokerIsAwayEndsAtOnce() {
    ada.test.connect();
    hub.down();

    CompletableFuture<List<RemoteSocket>> sockets = ada.fetch();

    assertThat(failureOf(sockets)).isInstanceOfSatisfying(MissingNodesException.class, missing -> {
      assertThat(missing.expected()).isEqualTo(MissingNodesException.UNKNOWN);
      assertThat(missing.sockets()).hasSize(1);
    });
  }

  @Test
  void anInterruptionLongerThanTheTimeoutIsOverWhenTheBrokerIsBack() {
    hub.down();
    pass(Duration.ofSeconds(30));
    assertThat(ada.cluster.health().nodes()).isZero();

    hub.up();

    assertThat(ada.cluster.health().nodes()).isEqualTo(1);
    assertThat(bob.cluster.health().nodes()).isEqualTo(1);
  }

  /** As RabbitMQ does where memory or disk is short: it stays connected and takes nothing. */
  @Test
  void aBrokerThatHoldsEverythingBackBuriesNobodyAndAnswersNothing() {
    pass(Duration.ofSeconds(1));
    ada.bus.hold();
    bob.bus.hold();

    pass(Duration.ofSeconds(30));
    assertThat(ada.cluster.health().nodes()).isEqualTo(1);
    CompletableFuture<List<RemoteSocket>> sockets = ada.fetch();
    pass(Duration.ofSeconds(5));
    assertThat(failureOf(sockets)).isInstanceOf(MissingNodesException.class);

    ada.bus.release();
    bob.bus.release();
    pass(Duration.ofSeconds(1));
    assertThat(ada.cluster.health().nodes()).isEqualTo(1);
    assertThat(ada.fetch()).isCompletedWithValueMatching(List::isEmpty);
  }

  @Test
  void whatTheBusCannotCarryReachesLocalClientsAndIsCounted() {
    TestClient here = ada.test.connect();
    TestClient there = bob.test.connect();
    Object deep = "end";
    for (int i = 0; i < 300; i++) {
      deep = List.of(deep);
    }

    ada.test.server().of("/").emit("deep", deep);
    ada.test.server().of("/").emit("plain");
    bob.test.settle();

    here.expect("deep");
    here.expect("plain");
    there.expect("plain");
    assertThat(ada.cluster.health().lost() + bob.cluster.health().rejected()).isEqualTo(1);
  }

  @Test
  void moreOpenQuestionsThanTheBoundAreRefused() {
    Cluster small = Cluster.over(
        new Wire(
            new MemoryBus(hub),
            new NodeFormat(
                "memory", "socket.io", NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS)),
        ClusterOptions.DEFAULT.withMaxPendingRequests(2),
        () -> nanos);
    try (ParleyTest test = ParleyTest.of(builder -> builder.adapter(small), server -> {})) {
      test.server().of("/").fetchSockets();
      test.server().of("/").fetchSockets();

      assertThatThrownBy(() -> test.server().of("/").fetchSockets())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("at most 2");
    }
  }

  private static Throwable failureOf(CompletableFuture<?> future) {
    assertThat(future).isDone();
    return future.handle((value, failure) -> failure).join();
  }

  /** A bus whose node has died without a word, as far as the others can tell. */
  private static final class CutBus implements Bus {
    private final MemoryBus bus;
    private final List<Runnable> held = new ArrayList<>();
    private boolean holds;
    boolean cut;

    CutBus(MemoryBus bus) {
      this.bus = bus;
    }

    @Override
    public void start(Listener listener) {
      bus.start(new Listener() {
        @Override
        public void onMessage(String channel, byte[] message) {
          if (!cut) {
            listener.onMessage(channel, message);
          }
        }

        @Override
        public void onConnected() {
          listener.onConnected();
        }

        @Override
        public void onDisconnected(String why) {
          listener.onDisconnected(why);
        }
      });
    }

    void hold() {
      holds = true;
    }

    void release() {
      holds = false;
      held.forEach(Runnable::run);
    }

    @Override
    public CompletionStage<Void> publish(String channel, byte[] message) {
      if (holds) {
        CompletableFuture<Void> later = new CompletableFuture<>();
        held.add(() -> bus.publish(channel, message).thenRun(() -> later.complete(null)));
        return later;
      }
      return cut ? CompletableFuture.completedFuture(null) : bus.publish(channel, message);
    }

    @Override
    public CompletionStage<Void> subscribe(String channel) {
      return bus.subscribe(channel);
    }

    @Override
    public void unsubscribe(String channel) {
      bus.unsubscribe(channel);
    }

    @Override
    public CompletionStage<Integer> subscribers(String channel) {
      return bus.subscribers(channel);
    }

    @Override
    public void close() {
      bus.close();
    }
  }
}
