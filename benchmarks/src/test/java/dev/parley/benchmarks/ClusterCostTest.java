package dev.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.cluster.Cluster;
import dev.parley.cluster.Format;
import dev.parley.cluster.MemoryBus;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.NodeFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a broadcast costs the node that gets it from another one. */
class ClusterCostTest extends Costs {
  private static final NodeFormat FORMAT = new NodeFormat(
      "memory", "socket.io", NodeFormat.RoomChannels.PUBLIC, Format.Membership.SUBSCRIBERS);

  private final MemoryBus.Hub hub = new MemoryBus.Hub();
  private final Parley parley = Parley.builder()
      .host(host)
      .listen(1)
      .adapter(Cluster.over(new Wire(new MemoryBus(hub), FORMAT)))
      .build();
  private final Namespace root = parley.of("/");

  @BeforeEach
  void start() throws IOException {
    root.nonBlocking().on("join", String.class, (socket, room) -> socket.join(room));
    parley.start();
  }

  @AfterEach
  void close() {
    Thread closing = new Thread(parley::close);
    closing.start();
    host.runUntil(() -> !closing.isAlive());
  }

  @Test
  void aBroadcastFromAnotherNodeCostsOneDecodingMore() {
    connect(100, "small");
    connect(1_000, "large");
    MemoryBus elsewhere = new MemoryBus(hub);

    long local = bytesPer(() -> local("small"));
    long small = bytesPer(() -> remote(elsewhere, "small"));
    long large = bytesPer(() -> remote(elsewhere, "large"));

    assertThat((large - small) / 900).as("per delivery").isLessThanOrEqualTo(44);
    assertThat(small - local).as("decoding").isLessThanOrEqualTo(4_000);
  }

  @Test
  void aBroadcastFromAnotherNodeIsEncodedOnceAndCostsTwoTasksPerLane() {
    connect(100, "room");
    host.resetCounts();

    remote(new MemoryBus(hub), "room");

    assertThat(host.writes).isEqualTo(100);
    assertThat(host.encodes).isEqualTo(1);
    assertThat(host.flushes).isEqualTo(100);
    assertThat(host.tasks()).isLessThanOrEqualTo(2 * LANES);
  }

  private void local(String room) {
    root.local()
        .to(room)
        .emit("said", "one hundred characters or so of a text that somebody says in a room");
    host.runLanes();
  }

  /** What another node publishes, as it comes from the bus. */
  private void remote(MemoryBus elsewhere, String room) {
    String message = "{\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"said\",\"one hundred"
        + " characters or so of a text that somebody says in a room\"]},\"opts\":{\"rooms\":[\""
        + room
        + "\"],\"except\":[],\"flags\":{}}},\"uid\":\"0123456789abcdef\",\"nsp\":\"/\"}";
    elsewhere.publish("socket.io#/#" + room + "#", message.getBytes(StandardCharsets.UTF_8));
    host.runLanes();
  }
}
