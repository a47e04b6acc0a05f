package dev.parley.redis;

import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Node;
import dev.parley.cluster.Wire;
import dev.parley.test.TestClient;
import dev.parley.test.TestEvent;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream holds is not lost, and what it does not hold any more is counted. */
class StreamsFaultsTest {
  private static final String STREAM = "socket.io";

  private static RedisServer redis;
  private static RedisClient client;
  private static RedisCommands<String, String> commands;

  private final List<Node> nodes = new ArrayList<>();
  private Cable cable;
  private RedisStreamsBus bus;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.started();
    client = RedisClient.create(redis.url());
    commands = client.connect().sync();
  }

  @AfterAll
  static void stopRedis() {
    client.shutdown();
    redis.close();
  }

  @BeforeEach
  void layCable() {
    commands.flushall();
    cable = new Cable(redis.port());
  }

  @AfterEach
  void closeAll() {
    nodes.forEach(Node::close);
    cable.close();
  }

  private Node node(String url, long maxLength) {
    bus = new RedisStreamsBus(url, RedisBus.Mode.CLASSIC, maxLength);
    Node node = new Node(new Wire(bus, new StreamsFormat()), ClusterOptions.DEFAULT, builder -> {});
    nodes.add(node);
    until("Redis is reached", () -> connected(node));
    return node;
  }

  private Node node(long maxLength) {
    return node(redis.url(), maxLength);
  }

  private Node nodeOnTheCable() {
    return node("redis://127.0.0.1:" + cable.port(), 10_000);
  }

  private static boolean connected(Node node) {
    return node.cluster().health().connected();
  }

  private static List<Integer> numbers(List<TestEvent> events) {
    return events.stream().map(event -> event.get(0, Integer.class)).toList();
  }

  @Test
  void aNodeThatWasCutOffMissesNothingThatIsKept() {
    Node ada = node(10_000);
    Node bob = nodeOnTheCable();
    TestClient there = bob.client("tea");
    IntStream.range(0, 50).forEach(i -> ada.root().to("tea").emit("n", i));

    cable.cut();
    until("the cut is noticed", () -> !connected(bob));
    IntStream.range(50, 550).forEach(i -> ada.root().to("tea").emit("n", i));
    until("all of it is kept", () -> commands.xlen(STREAM) == 550);
    cable.mend();

    assertThat(numbers(received(there, "n", 550)))
        .isEqualTo(IntStream.range(0, 550).boxed().toList());
    until("it is back", () -> connected(bob));
    assertThat(bus.missed()).isZero();
    assertThat(bob.cluster().health().interruptions()).isEqualTo(1);
  }

  @Test
  void whatWasTrimmedMeanwhileIsCounted() {
    Node ada = node(100);
    Node bob = nodeOnTheCable();
    TestClient there = bob.client();
    ada.root().emit("first");
    received(there, "first");

    cable.cut();
    until("the cut is noticed", () -> !connected(bob));
    IntStream.range(0, 1000).forEach(i -> ada.root().emit("n", i));
    until("the last one is kept", () -> ada.cluster().health().pendingBytes() == 0);
    int kept = commands.xlen(STREAM).intValue();
    cable.mend();

    assertThat(kept).isLessThan(1000);
    assertThat(numbers(received(there, "n", kept)))
        .isEqualTo(IntStream.range(1000 - kept, 1000).boxed().toList());
    assertThat(bus.missed()).isEqualTo(1000 - kept);
  }

  @Test
  void whatWasThereBeforeANodeIsNotForIt() {
    Node ada = node(10_000);
    ada.root().emit("early");
    until("it is kept", () -> commands.xlen(STREAM) == 1);
    Node bob = node(10_000);
    TestClient there = bob.client();

    ada.root().emit("late");

    received(there, "late");
    assertThat(there.received("early")).isEmpty();
  }

  @Test
  void volatileEventsArriveAndAreNotKept() {
    Node ada = node(10_000);
    TestClient there = node(10_000).client();

    ada.root().asVolatile().emit("tick");

    received(there, "tick");
    assertThat(commands.exists(STREAM)).isZero();
  }

  @Test
  void aStreamThatIsDeletedIsReadAgainFromItsBeginning() {
    Node ada = node(10_000);
    Node bob = nodeOnTheCable();
    TestClient there = bob.client();
    ada.root().emit("first");
    received(there, "first");

    cable.cut();
    until("the cut is noticed", () -> !connected(bob));
    commands.del(STREAM);
    ada.root().emit("second");
    until("it is kept", () -> commands.exists(STREAM) == 1);
    cable.mend();

    received(there, "second");
  }

  @Test
  void entriesOfStrangersHarmNobody() {
    Node ada = node(10_000);
    Node bob = node(10_000);
    TestClient there = bob.client();
    String event = "{\"packet\":{\"type\":2,\"data\":[\"e\"]},\"opts\":{}}";

    commands.xadd(STREAM, Map.of("other", "thing"));
    commands.xadd(STREAM, fields("x", "/", "", event));
    commands.xadd(STREAM, fields("x", "/", "3", ""));
    commands.xadd(STREAM, fields("x", "/", "3", "#"));
    commands.xadd(STREAM, fields("x", "/", "3", "[".repeat(5000)));
    commands.xadd(STREAM, fields("x", "/nowhere", "3", event));
    commands.xadd(STREAM, fields("x", "/", "7", "{}"));
    commands.xadd(STREAM, fields("x", "/", "3", event));
    ada.root().emit("done");

    received(there, "done");
    received(there, "e");
    assertThat(bob.cluster().health().rejected()).isEqualTo(5);
  }

  private static Map<String, String> fields(
      String uid, String namespace, String type, String data) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("uid", uid);
    fields.put("nsp", namespace);
    fields.put("type", type);
    fields.put("data", data);
    return fields;
  }

  @Test
  void aKeyOfAnotherKindIsReportedAndWaitedFor() {
    Node ada = node(10_000);
    Node bob = node(10_000);
    TestClient there = bob.client();

    commands.del(STREAM);
    commands.set(STREAM, "a text");
    until("it is noticed", () -> !connected(bob));
    commands.del(STREAM);

    until("it is read again", () -> connected(bob));
    ada.root().emit("done");
    received(there, "done");
  }

  @Test
  void namespacesOfOneNodeShareAReader() {
    Node ada = node(10_000);
    Node bob = node(10_000);
    for (Node node : nodes) {
      node.of("/a");
      node.of("/b");
    }
    TestClient a = bob.clientOf("/a");
    TestClient b = bob.clientOf("/b");

    until("the namespaces are heard", () -> {
      ada.of("/a").emit("to a");
      ada.of("/b").emit("to b");
      return !a.received("to a").isEmpty() && !b.received("to b").isEmpty();
    });

    assertThat(a.received("to b")).isEmpty();
    assertThat(commands
            .clientList()
            .lines()
            .filter(line -> line.contains("cmd=xread"))
            .count())
        .isEqualTo(2);
  }
}
