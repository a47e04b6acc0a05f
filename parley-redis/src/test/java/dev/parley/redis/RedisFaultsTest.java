package dev.parley.redis;

import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Cluster;
import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Node;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import dev.parley.test.TestClient;
import dev.parley.test.TestEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis that is absent, dies, comes back or hangs: local clients never notice, and nothing is lost in silence. */
class RedisFaultsTest {
  private static final Duration BACK_WITHIN = Duration.ofSeconds(2);

  private final RedisServer redis = new RedisServer();
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void stopAll() {
    nodes.forEach(Node::close);
    redis.close();
  }

  private Node node(ClusterOptions options) {
    Node node = new Node(wire(), options, builder -> {});
    nodes.add(node);
    return node;
  }

  private Wire wire() {
    return new Wire(
        new RedisBus(redis.url(), RedisBus.Mode.SHARDED),
        new NodeFormat("sharded", "socket.io", RoomChannels.PUBLIC, Membership.SUBSCRIBERS));
  }

  private Node node() {
    return node(ClusterOptions.DEFAULT);
  }

  private static ClusterHealth health(Node node) {
    return node.cluster().health();
  }

  /** Until an event of the one reaches a client of the other. @return how long that took */
  private static Duration untilHeard(Node from, TestClient by) {
    long start = System.nanoTime();
    until("an event of the other node", () -> {
      from.root().emit("probe");
      return !by.received("probe").isEmpty();
    });
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void nodesStartWithoutRedisAndFindEachOtherWhenItIsThere() {
    Node ada = node();
    Node bob = node();
    TestClient here = ada.client();
    TestClient there = bob.client();

    ada.root().emit("early");

    received(here, "early");
    assertThat(health(ada).connected()).isFalse();
    // Until the first attempt to connect has failed, an event waits for it.
    until("the loss is counted", () -> health(ada).lost() == 1);
    redis.start();
    assertThat(untilHeard(ada, there)).isLessThan(BACK_WITHIN);
    until("both say so", () -> health(ada).connected() && health(bob).connected());
    assertThat(there.received("early")).isEmpty();
  }

  @Test
  void aRestartOfRedisUnderLoadCostsOnlyWhatIsCounted() throws Exception {
    redis.start();
    Node ada = node();
    Node bob = node();
    TestClient here = ada.client();
    TestClient there = bob.client();
    untilHeard(ada, there);
    Load load = new Load(ada);
    load.start();

    List<Integer> remote = new ArrayList<>();
    until("events", () -> {
      remote.addAll(ticks(there));
      return remote.size() > 200;
    });
    redis.kill();
    until("the loss is seen", () -> !health(ada).connected() && !health(bob).connected());
    int before = load.sent.get();
    until("events while Redis is away", () -> load.sent.get() > before + 200);
    redis.start();
    int atRestart = load.sent.get();
    long restarted = System.nanoTime();
    until("the first event after it", () -> {
      remote.addAll(ticks(there));
      return remote.get(remote.size() - 1) >= atRestart;
    });
    assertThat(Duration.ofNanos(System.nanoTime() - restarted)).isLessThan(BACK_WITHIN);
    int back = load.sent.get();
    until("events after it", () -> load.sent.get() > back + 200);
    int sent = load.stop();
    received(there, "end of load");
    received(here, "end of load");

    remote.addAll(ticks(there));
    assertThat(ticks(here)).hasSize(sent).isSorted();
    assertThat(remote).isSorted().doesNotHaveDuplicates().contains(sent - 1);
    assertThat(health(ada).lost()).isGreaterThanOrEqualTo(200);
    // Beyond what is counted there is only what was published while one node was back and the other
    // was not.
    assertThat(sent - remote.size() - health(ada).lost()).isLessThan(BACK_WITHIN.toMillis());
    assertThat(health(ada).interruptions()).isEqualTo(1);
    assertThat(health(bob).interruptions()).isEqualTo(1);
  }

  private static List<Integer> ticks(TestClient client) {
    List<Integer> ticks = new ArrayList<>();
    for (TestEvent event : client.received("tick")) {
      ticks.add((Integer) event.toList().get(0));
    }
    return ticks;
  }

  /** Emits numbers, about one in a millisecond. */
  private static final class Load {
    final AtomicInteger sent = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Node node;
    private final Thread thread = new Thread(this::run);

    Load(Node node) {
      this.node = node;
    }

    void start() {
      thread.start();
    }

    private void run() {
      while (!stopped.get()) {
        node.root().emit("tick", sent.getAndIncrement());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }

    int stop() throws InterruptedException {
      stopped.set(true);
      thread.join();
      node.root().emit("end of load");
      return sent.get();
    }
  }

  @Test
  void aRedisThatHangsCostsMemoryUpToTheBoundAndNoThread() {
    redis.start();
    long bound = 1 << 20;
    Node ada = node(ClusterOptions.DEFAULT.withMaxPendingBytes(bound));
    Node bob = node();
    TestClient here = ada.client();
    TestClient there = bob.client();
    untilHeard(ada, there);
    String payload = "x".repeat(10_000);

    redis.freeze();
    long longest = 0;
    int events = 500;
    for (int i = 0; i < events; i++) {
      long start = System.nanoTime();
      ada.root().emit("big", payload);
      longest = Math.max(longest, System.nanoTime() - start);
      assertThat(health(ada).pendingBytes()).isLessThanOrEqualTo(bound);
    }

    assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(500));
    received(here, "big", events);
    assertThat(health(ada).lost()).isBetween(1L, (long) events);
    until("the hang is seen", () -> !health(ada).connected() && health(ada).pendingBytes() == 0);
    assertThat(health(ada).lost()).isGreaterThan(events - 200);
    redis.thaw();
    assertThat(untilHeard(ada, there)).isLessThan(BACK_WITHIN);
  }

  @Test
  void closesWithinASecondWhateverRedisDoes() {
    Cluster absent = node().cluster();
    assertThat(absent.health().connected()).isFalse();
    assertClosedInTime(nodes.remove(0));
    redis.start();
    Node present = node();
    until("connected", () -> health(present).connected());
    nodes.remove(present);
    assertClosedInTime(present);
    Node hanging = node();
    until("connected", () -> health(hanging).connected());
    redis.freeze();
    hanging.root().emit("a");
    nodes.remove(hanging);
    assertClosedInTime(hanging);
    until("its threads end", () -> ownThreads() == 0);
  }

  private static void assertClosedInTime(Node node) {
    long start = System.nanoTime();
    node.cluster().close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1300));
    node.close();
  }

  private static long ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("parley-redis"))
        .count();
  }
}
