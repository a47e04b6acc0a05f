package dev.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.benchmarks.micro.CountingHost.CountingLane;
import dev.parley.benchmarks.micro.CountingHost.CountingLink;
import dev.parley.protocol.engineio.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What events, deliveries and heartbeats cost on a server that runs alone. */
class CostTest extends Costs {
  private final Parley parley = Parley.builder().host(host).listen(1).build();
  private final Namespace root = parley.of("/");

  @BeforeEach
  void start() throws IOException {
    root.nonBlocking()
        .onCall("echo", String.class, (socket, text) -> text)
        .on("join", String.class, (socket, room) -> socket.join(room));
    parley.start();
  }

  @AfterEach
  void close() {
    Thread closing = new Thread(parley::close);
    closing.start();
    host.runUntil(() -> !closing.isAlive());
  }

  @Test
  void anEchoAllocatesLittle() {
    CountingLink client = host.connect(0);

    assertThat(bytesPer(() -> {
          client.receive(Message.text("421000000[\"echo\",\"thirty-two characters of a string\"]"));
          host.runLanes();
        }))
        .isLessThanOrEqualTo(2_300);
    assertThat(client.last)
        .isEqualTo(Message.text("4" + "31000000[\"thirty-two characters of a string\"]"));
  }

  @Test
  void aDeliveryAllocatesAlmostNothing() {
    connect(100, "small");
    connect(1_000, "large");

    long small = bytesPer(() -> say("small"));
    long large = bytesPer(() -> say("large"));

    assertThat((large - small) / 900).isLessThanOrEqualTo(44);
    assertThat(small).isLessThanOrEqualTo(6_200);
  }

  @Test
  void aBroadcastIsEncodedOnceAndCostsTwoTasksPerLane() {
    connect(100, "room");
    host.resetCounts();

    say("room");

    assertThat(host.writes).isEqualTo(100);
    assertThat(host.encodes).isEqualTo(1);
    assertThat(host.flushes).isEqualTo(100);
    // One sends to all members, one flushes them.
    assertThat(host.tasks()).isLessThanOrEqualTo(2 * LANES);
  }

  @Test
  void broadcastsOfOnePassShareAFlush() {
    connect(100, "room");
    host.resetCounts();

    for (int i = 0; i < 5; i++) {
      root.to("room").emit("said", "something");
    }
    host.runLanes();

    assertThat(host.writes).isEqualTo(500);
    assertThat(host.encodes).isEqualTo(5);
    assertThat(host.flushes).isEqualTo(100);
    assertThat(host.tasks()).isLessThanOrEqualTo(6 * LANES);
  }

  @Test
  void eventsOfOnePassShareAFlush() {
    CountingLink client = host.connect(0);
    host.resetCounts();

    for (int i = 0; i < 10; i++) {
      client.receive(Message.text("42" + i + "[\"echo\",\"x\"]"));
    }
    host.runLanes();

    assertThat(host.writes).isEqualTo(10);
    assertThat(host.flushes).isEqualTo(1);
    assertThat(host.tasks()).isEqualTo(1);
  }

  @Test
  void aHeartbeatAllocatesNothing() {
    CountingLane lane = host.lanes.get(0);
    List<CountingLink> clients = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      clients.add(host.connect(0));
    }
    Message pong = Message.text("3");
    lane.timers = 0;

    long bytes = bytesPer(() -> {
      lane.pass(Duration.ofSeconds(25));
      for (CountingLink client : clients) {
        client.receive(pong);
      }
      host.runLanes();
    });

    assertThat(bytes).as("bytes per beat of all").isLessThanOrEqualTo(200);
    assertThat(lane.timers).as("timers per beat of all").isLessThanOrEqualTo(4 * rounds());
  }

  private void say(String room) {
    root.to(room)
        .emit("said", "one hundred characters or so of a text that somebody says in a room");
    host.runLanes();
  }
}
