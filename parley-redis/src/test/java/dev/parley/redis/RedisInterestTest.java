package dev.parley.redis;

import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Format;
import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Node;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import dev.parley.test.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a node receives of events to rooms that have members on another node only. */
class RedisInterestTest {
  private static final int EVENTS = 100;
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static RedisServer redis;

  private final List<Node> nodes = new ArrayList<>();

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.started();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(Node::close);
  }

  private Node node(RedisBus.Mode mode, Format format) {
    Node node = new Node(
        new Wire(new RedisBus(redis.url(), mode), format), ClusterOptions.DEFAULT, builder -> {});
    nodes.add(node);
    return node;
  }

  private record Received(long byMembers, long byOthers) {}

  private Received measure(RedisBus.Mode mode, Format format, boolean toSocketId) {
    Node from = node(mode, format);
    Node with = node(mode, format);
    Node without = node(mode, format);
    TestClient member = with.client("room");
    TestClient other = without.client("elsewhere");
    String to = toSocketId ? member.id() : "room";
    until("the room is known", () -> {
      from.root().to(to).emit("probe");
      return !member.received("probe").isEmpty();
    });
    until("all is heard there", () -> {
      from.root().emit("to all");
      return !other.received("to all").isEmpty();
    });
    from.root().emit("last before");
    received(member, "last before");
    received(other, "last before");
    long membersBefore = with.cluster().health().received();
    long othersBefore = without.cluster().health().received();

    for (int i = 0; i < EVENTS; i++) {
      from.root().to(to).emit("for the room", i);
    }
    from.root().emit("done");

    received(member, "done");
    received(other, "done");
    assertThat(member.received("for the room")).hasSize(EVENTS);
    // Both have also got what ended it.
    return new Received(
        with.cluster().health().received() - membersBefore - 1,
        without.cluster().health().received() - othersBefore - 1);
  }

  private static NodeFormat sharded(RoomChannels rooms) {
    return new NodeFormat(
        "sharded", "test-" + TESTS.incrementAndGet(), rooms, Membership.SUBSCRIBERS);
  }

  @Test
  void dynamicSubscriptionsKeepRoomsFromNodesWithoutMembers() {
    assertThat(measure(RedisBus.Mode.SHARDED, sharded(RoomChannels.PUBLIC), false))
        .isEqualTo(new Received(EVENTS, 0));
  }

  @Test
  void dynamicSubscriptionsBringWhatIsForOneSocketToAllNodes() {
    assertThat(measure(RedisBus.Mode.SHARDED, sharded(RoomChannels.PUBLIC), true))
        .isEqualTo(new Received(EVENTS, EVENTS));
  }

  @Test
  void privateDynamicSubscriptionsKeepEvenThatFromThem() {
    assertThat(measure(RedisBus.Mode.SHARDED, sharded(RoomChannels.ALL), true))
        .isEqualTo(new Received(EVENTS, 0));
  }

  @Test
  void staticSubscriptionsBringAllToAll() {
    assertThat(measure(RedisBus.Mode.SHARDED, sharded(RoomChannels.NONE), false))
        .isEqualTo(new Received(EVENTS, EVENTS));
  }

  @Test
  void theClassicFormatKeepsRoomsFromNodesWithoutMembers() {
    Format format = new ClassicFormat("test-" + TESTS.incrementAndGet(), false);

    assertThat(measure(RedisBus.Mode.CLASSIC, format, false)).isEqualTo(new Received(EVENTS, 0));
  }
}
