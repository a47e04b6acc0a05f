package dev.parley.rabbitmq;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Node;
import dev.parley.cluster.ParleyEmitter;
import dev.parley.cluster.Wire;
import dev.parley.test.TestClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A RabbitMQ that is away, dies, stops or is full: local clients do not notice, and what is lost is counted. */
class RabbitFaultTest {
  private static final AtomicInteger CHANNELS = new AtomicInteger();

  private static RabbitServer server;

  private final String channel = "fault-" + CHANNELS.incrementAndGet();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void createServer() {
    server = new RabbitServer();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Wire wire(String format) {
    return new RabbitWireProvider()
        .open(URI.create(server.url()), Map.of("channel", channel, "format", format));
  }

  private Node node(String format, ClusterOptions options) {
    Node node = new Node(wire(format), options, builder -> {});
    open.add(node);
    return node;
  }

  private Node node() {
    return node("parley", ClusterOptions.DEFAULT.withRequestTimeout(Duration.ofSeconds(3)));
  }

  private static void awaitServer() {
    if (!server.running()) {
      server.start();
    }
  }

  private static void awaitConnected(Node... nodes) {
    for (Node node : nodes) {
      until("the connection", () -> node.cluster().health().connected());
    }
  }

  private static void awaitHeard(Node from, TestClient client) {
    until("it is heard", () -> {
      from.root().emit("probe");
      return !client.received("probe").isEmpty();
    });
    from.root().emit("last probe");
    received(client, "last probe");
    client.received("probe");
  }

  @Test
  void localClientsAreServedBeforeRabbitMqIsThere() {
    server.kill();
    long start = System.nanoTime();
    Node ada = node();
    Node bob = node();
    TestClient here = ada.client("tea");
    TestClient there = bob.client("tea");

    ada.root().to("tea").emit("news", 1);
    var fetched = ada.root().fetchSockets();

    received(here, "news");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(ada.cluster().health().connected()).isFalse();
    assertThat(ada.cluster().health().lost()).isPositive();
    until("the question ends", fetched::isDone);
    assertThat(fetched).isCompletedExceptionally();

    server.start();
    awaitConnected(ada, bob);
    awaitHeard(ada, there);
    assertThat(get(bob.root().fetchSockets())).hasSize(2);
  }

  @Test
  void aRabbitMqThatDiesUnderLoadHarmsNoLocalClient() {
    awaitServer();
    Node ada = node();
    Node bob = node();
    TestClient here = ada.client();
    TestClient there = bob.client("tea");
    awaitConnected(ada, bob);
    awaitHeard(ada, there);
    long lostBefore = ada.cluster().health().lost();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger sent = new AtomicInteger();
    AtomicInteger slowestMicros = new AtomicInteger();
    CompletableFuture<Void> load = CompletableFuture.runAsync(
        () -> {
          while (!stop.get()) {
            long before = System.nanoTime();
            ada.root().emit("n", sent.getAndIncrement());
            int micros = (int) TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - before);
            slowestMicros.accumulateAndGet(micros, Math::max);
            LockSupport.parkNanos(500_000);
          }
        },
        RabbitFaultTest::onItsOwnThread);
    List<Integer> heardHere = new ArrayList<>();
    List<Integer> heardThere = new ArrayList<>();
    collect("the start", here, heardHere, 200);
    collect("the start elsewhere", there, heardThere, 100);

    server.kill();
    until("it is noticed", () -> !ada.cluster().health().connected());
    collect("local delivery", here, heardHere, heardHere.size() + 2000);
    collect("what came before", there, heardThere, 0);
    server.start();
    long back = System.nanoTime();
    int before = heardThere.size();
    collect("delivery elsewhere", there, heardThere, before + 1);
    Duration recovery = Duration.ofNanos(System.nanoTime() - back);
    collect("delivery elsewhere", there, heardThere, before + 200);
    stop.set(true);
    load.join();
    collect("all here", here, heardHere, sent.get());
    int last = sent.get() - 1;
    until("the last elsewhere", () -> {
      collect("more", there, heardThere, 0);
      return heardThere.get(heardThere.size() - 1) == last;
    });

    ClusterHealth health = ada.cluster().health();
    int missing = sent.get() - heardThere.size();
    System.out.println("RabbitMQ killed: of " + sent.get() + " events " + missing
        + " are missing elsewhere, " + (health.lost() - lostBefore)
        + " are counted as lost; back after "
        + recovery.toMillis() + " ms, slowest emit " + slowestMicros + " us");
    assertThat(recovery).isLessThan(Duration.ofSeconds(2));
    assertThat(heardHere).isSorted().doesNotHaveDuplicates().hasSize(sent.get());
    assertThat(heardThere).isSorted().doesNotHaveDuplicates();
    assertThat(health.interruptions()).isEqualTo(1);
    assertThat(health.lost() - lostBefore).isPositive();
    assertThat(health.pendingBytes()).isZero();
    // What RabbitMQ had confirmed, and what came while only one of the two nodes was back, is no
    // loss that the sender knows.
    assertThat(bob.cluster().health().interruptions()).isEqualTo(1);
    awaitRoomsBack(ada, bob, there);
  }

  private static void collect(String what, TestClient client, List<Integer> into, int atLeast) {
    until(what, () -> {
      client.received("n").forEach(event -> into.add(event.get(0, Integer.class)));
      return into.size() >= atLeast;
    });
  }

  private static void awaitRoomsBack(Node ada, Node bob, TestClient there) {
    ada.root().to("tea").emit("brew");
    received(there, "brew");
    assertThat(get(ada.root().fetchSockets())).hasSize(2);
    assertThat(bob.root().size()).isEqualTo(1);
  }

  @Test
  void aRabbitMqThatStopsIsGivenUpAndComesBack() {
    awaitServer();
    Node ada = node();
    Node bob = node();
    TestClient here = ada.client();
    TestClient there = bob.client();
    awaitConnected(ada, bob);
    awaitHeard(ada, there);

    server.freeze();
    long start = System.nanoTime();
    try {
      ada.root().emit("news");
      received(here, "news");
      until("it is given up", () -> !ada.cluster().health().connected());
      System.out.println("RabbitMQ frozen: given up after "
          + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    } finally {
      server.thaw();
    }

    long back = System.nanoTime();
    awaitConnected(ada, bob);
    System.out.println("RabbitMQ thawed: back after "
        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back) + " ms");
    assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofSeconds(2));
    awaitHeard(ada, there);
  }

  @Test
  void anAlarmMakesMessagesWaitAndThenLosesThemCounted() {
    awaitServer();
    Node ada = node("parley", ClusterOptions.DEFAULT.withMaxPendingBytes(100_000));
    Node bob = node();
    TestClient here = ada.client();
    TestClient there = bob.client();
    awaitConnected(ada, bob);
    awaitHeard(ada, there);
    String text = "x".repeat(1000);

    server.raiseAlarm();
    long start = System.nanoTime();
    int count = 2000;
    try {
      List<Integer> local = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ada.root().emit("n", i, text);
        collect("local delivery", here, local, i + 1);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(ada.cluster().health().pendingBytes()).isBetween(90_000L, 100_000L);
      assertThat(ada.cluster().health().lost()).isGreaterThan(1000);
      // Who only listens is not held up: a question of bob's would be, but what comes to him would
      // not.
      assertThat(bob.cluster().health().connected()).isTrue();
    } finally {
      server.endAlarm();
    }

    long lost = ada.cluster().health().lost();
    List<Integer> heard = new ArrayList<>();
    collect("what waited", there, heard, count - (int) lost);
    assertThat(heard).hasSize(count - (int) lost).isSorted().doesNotHaveDuplicates();
    awaitHeard(ada, there);
    assertThat(ada.cluster().health().lost()).isEqualTo(lost);
    assertThat(ada.cluster().health().interruptions()).isZero();
  }

  @Test
  void closingTakesASecondAtMostWhateverRabbitMqDoes() {
    awaitServer();
    Node ada = node();
    Node bob = node();
    awaitConnected(ada, bob);

    server.freeze();
    try {
      assertClosesWithinASecond("idle", bob);
      String text = "x".repeat(1 << 20);
      for (int i = 0; i < 40; i++) {
        ada.root().emit("long", text);
      }
      assertClosesWithinASecond("with a write that hangs", ada);
      // A connection that is being made.
      assertClosesWithinASecond("connecting", node());
    } finally {
      server.thaw();
    }
    server.kill();
    assertClosesWithinASecond("nobody there", node());
    until(
        "their threads end",
        () -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("parley-rabbitmq")));
  }

  private static void assertClosesWithinASecond(String what, Node node) {
    long start = System.nanoTime();
    node.cluster().close();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("closing, " + what + ": " + took.toMillis() + " ms");
    assertThat(took).as(what).isLessThan(Duration.ofMillis(1300));
  }

  @Test
  void anEmitterTellsWhatItCouldNotSend() {
    awaitServer();
    ParleyEmitter emitter = ParleyEmitter.builder(wire("parley")).build();
    open.add(emitter);
    until("the connection", () -> emitter.health().connected());
    emitter.emit("news");
    get(emitter.flush());

    server.kill();
    until("it is noticed", () -> !emitter.health().connected());
    emitter.emit("news");

    var flushed = emitter.flush();
    until("an end", flushed::isDone);
    assertThat(flushed).isCompletedExceptionally();
    assertThat(emitter.health().lost()).isEqualTo(1);
  }

  @Test
  void aNodeReceivesOnlyWhatItsRoomsNeed() {
    awaitServer();
    for (String format : List.of("parley", "python")) {
      Node ada = node(format, ClusterOptions.DEFAULT);
      Node bob = node(format, ClusterOptions.DEFAULT);
      awaitConnected(ada, bob);
      TestClient tea = bob.client("tea");
      until("the room is known", () -> {
        ada.root().to("tea").emit("probe");
        return !tea.received("probe").isEmpty();
      });
      awaitHeard(ada, tea);
      long before = bob.cluster().health().received();

      for (int i = 0; i < 1000; i++) {
        ada.root().to(i % 100 == 0 ? "tea" : "room " + i).emit("n", i);
      }
      received(tea, "n", 10);
      ada.root().emit("done");
      received(tea, "done");

      long came = bob.cluster().health().received() - before;
      System.out.println("interest, format " + format + ": of 1000 events to 991 rooms " + came
          + " messages came to the node with one of the rooms, for its 10 events");
      if (format.equals("parley")) {
        assertThat(came).isBetween(11L, 30L);
      } else {
        assertThat(came).isGreaterThan(1000);
      }
      ada.close();
      bob.close();
    }
  }

  /** A small machine has one thread for what is asynchronous, and the JDK needs that to see the end of a process. */
  private static void onItsOwnThread(Runnable load) {
    Thread thread = new Thread(load, "load");
    thread.setDaemon(true);
    thread.start();
  }
}
