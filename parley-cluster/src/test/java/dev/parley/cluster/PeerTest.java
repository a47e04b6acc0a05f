package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.DataKey;
import dev.parley.MissingNodesException;
import dev.parley.Namespace;
import dev.parley.RemoteSocket;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One node among peers that this test plays, word by word; time passes only by hand. */
class PeerTest {
  private static final String EVERYBODY = "socket.io#/#";

  private final MemoryBus.Hub hub = new MemoryBus.Hub();
  private final MemoryBus peers = new MemoryBus(hub);
  private final List<JsonNode> heard = new ArrayList<>();
  private final Cluster cluster = Cluster.over(
      new Wire(
          new MemoryBus(hub),
          new NodeFormat(
              "memory", "socket.io", NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS)),
      ClusterOptions.DEFAULT,
      this::nanos);
  private long nanos;
  private ParleyTest test;

  private long nanos() {
    return nanos;
  }

  @BeforeEach
  void start() {
    peers.start(new Bus.Listener() {
      @Override
      public void onMessage(String channel, byte[] message) {
        if (!new String(message, StandardCharsets.UTF_8).contains("\"uid\":\"peer")) {
          heard.add(JsonMapper.shared().readTree(message));
        }
      }

      @Override
      public void onConnected() {}

      @Override
      public void onDisconnected(String why) {}
    });
    peers.subscribe(EVERYBODY);
    test = ParleyTest.of(
        builder -> builder.adapter(cluster).cleanupEmptyChildNamespaces(true), server -> {});
  }

  @AfterEach
  void stop() {
    test.close();
  }

  private Namespace root() {
    return test.server().of("/");
  }

  private void say(String channel, String message) {
    peers.publish(channel, message.getBytes(StandardCharsets.UTF_8));
    test.settle();
  }

  private void peer(String uid) {
    say(EVERYBODY, "{\"uid\":\"" + uid + "\",\"nsp\":\"/\",\"type\":2}");
  }

  private void settle() {
    nanos += Duration.ofMillis(500).toNanos();
    cluster.tick();
    test.settle();
  }

  private JsonNode question(int type) {
    return heard.stream()
        .filter(message -> message.path("type").asInt() == type)
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  /** Answers with these fields of {@code data}. */
  private void answer(String uid, JsonNode question, int type, String fields) {
    say(
        EVERYBODY + question.path("uid").asString() + "#",
        "{\"uid\":\"" + uid + "\",\"nsp\":\"/\",\"type\":" + type + ",\"data\":{\"requestId\":\""
            + question.path("data").path("requestId").asString() + "\"" + fields + "}}");
  }

  @Test
  void anAcknowledgementOfNodeWithoutAValueIsOneWithoutValues() {
    peer("peer");
    settle();

    CompletableFuture<AckReport> report = root().emitWithAck("how");
    answer("peer", question(3), 11, ",\"clientCount\":1");
    answer("peer", question(3), 12, "");

    assertThat(report)
        .isCompletedWithValueMatching(
            all -> all.complete() && all.answers().get(0).values().size() == 0);
  }

  @Test
  void anAnswerOfNodeWithoutAValueIsOneWithoutValues() {
    peer("peer");
    settle();

    CompletableFuture<List<Args>> answers = root().serverSideEmitWithAck("how");
    answer("peer", question(9), 10, "");

    assertThat(answers).isCompletedWithValueMatching(all -> all.get(0).size() == 0);
  }

  @Test
  void aNodeThatLeavesAfterAnEarlyAnswerDoesNotStandInForAnother() {
    peer("peer 1");
    peer("peer 2");

    CompletableFuture<List<Args>> answers = root().serverSideEmitWithAck("how");
    answer("peer 1", question(9), 10, ",\"packet\":1");
    settle();
    say(EVERYBODY, "{\"uid\":\"peer 1\",\"nsp\":\"/\",\"type\":13}");

    assertThat(answers).isNotDone();
    answer("peer 2", question(9), 10, ",\"packet\":2");
    assertThat(answers).isCompletedWithValueMatching(all -> all.size() == 2);
  }

  @Test
  void textThatIsNotUtf8DoesNotReachClients() {
    TestClient client = test.connect();
    for (String bytes : List.of("\u00c0\u0080", "\u00ed\u00a0\u0080", "\u00f5\u0080\u0080\u0080")) {
      peers.publish(
          EVERYBODY,
          ("{\"uid\":\"peer\",\"nsp\":\"/\",\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"e\",\""
                  + bytes + "\"]},\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}}")
              .getBytes(StandardCharsets.ISO_8859_1));
    }
    test.settle();

    client.expectNothing();
    assertThat(cluster.health().rejected()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[{}]", "[\"disconnect\"]"})
  void aServerSideEventWithoutAUsableNameIsRejected(String event) {
    say(
        EVERYBODY,
        "{\"uid\":\"peer\",\"nsp\":\"/\",\"type\":9,\"data\":{\"packet\":" + event + "}}");

    assertThat(cluster.health().rejected()).isEqualTo(1);
  }

  @Test
  void aSocketWhoseDataCannotBeWrittenIsFetchedWithoutThem() {
    DataKey<Object> good = DataKey.named("good", Object.class).shownInCluster();
    DataKey<Object> bad = DataKey.named("bad", Object.class).shownInCluster();
    TestClient client = test.connect();
    root().socket(client.id()).orElseThrow().data(good, 7);
    root().socket(client.id()).orElseThrow().data(bad, new Unwritable());
    peers.subscribe(EVERYBODY + "peer#");

    say(
        EVERYBODY,
        "{\"uid\":\"peer\",\"nsp\":\"/\",\"type\":7,\"data\":{\"opts\":{},\"requestId\":\"r\"}}");

    JsonNode socket = question(8).path("data").path("sockets").path(0);
    assertThat(socket.path("id").asString()).isEqualTo(client.id());
    assertThat(socket.path("data").toString()).isEqualTo("{\"good\":7}");
  }

  /** As a value is that Jackson cannot make sense of. */
  public static final class Unwritable {
    public String getSecret() {
      throw new IllegalStateException("not for you");
    }
  }

  @Test
  void aQuestionOfANamespaceThatIsGoneEndsAtOnce() {
    test.server().of(Pattern.compile("/orders/.*"));
    TestClient client = test.connect("/orders/7");
    Namespace child = test.server().of("/orders/7");
    client.disconnect();
    test.settle();

    CompletableFuture<List<RemoteSocket>> sockets = child.fetchSockets();
    test.settle();

    assertThat(sockets).isCompletedExceptionally();
    assertThat(sockets.handle((found, failure) -> failure).join())
        .isInstanceOf(MissingNodesException.class);
  }

  @Test
  void aNamespaceThatGoesDoesNotMakeARoomOfTheSameChannelDeaf() {
    test.server().of(Pattern.compile("/chat.*"));
    TestClient member = test.connect("/chat");
    test.server().of("/chat").socket(member.id()).orElseThrow().join("tea");
    TestClient intruder = test.connect("/chat#tea");
    intruder.disconnect();
    test.settle();

    say(
        "socket.io#/chat#tea#",
        "{\"uid\":\"peer\",\"nsp\":\"/chat\",\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"e\"]},"
            + "\"opts\":{\"rooms\":[\"tea\"],\"except\":[],\"flags\":{}}}}");

    member.expect("e");
  }

  @Test
  void aSocketThatLeftItsOwnRoomLeavesNoSubscriptionBehind() {
    TestClient client = test.connect();
    String channel = EVERYBODY + client.id() + "#";
    assertThat(peers.subscribers(channel).toCompletableFuture().join()).isEqualTo(1);

    root().socket(client.id()).orElseThrow().leave(client.id());
    assertThat(peers.subscribers(channel).toCompletableFuture().join()).isZero();
    root().socket(client.id()).orElseThrow().join(client.id());
    assertThat(peers.subscribers(channel).toCompletableFuture().join()).isEqualTo(1);
    root().socket(client.id()).orElseThrow().leave(client.id());
    client.disconnect();
    test.settle();

    assertThat(peers.subscribers(channel).toCompletableFuture().join()).isZero();
  }

  @Test
  void aClusterServesOneServer() {
    assertThatThrownBy(() -> ParleyTest.of(builder -> builder.adapter(cluster), server -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one server");
  }

  @Test
  void aSocketOfAnotherNodeIsHeldToTheSameRulesAsALocalOne() {
    peer("peer");
    settle();
    CompletableFuture<List<RemoteSocket>> sockets = root().fetchSockets();
    answer(
        "peer",
        question(7),
        8,
        ",\"sockets\":[{\"id\":\"there\",\"handshake\":{},\"rooms\":[],\"data\":{}}]");
    RemoteSocket there = sockets.join().get(0);

    assertThatThrownBy(() -> there.emit("disconnect")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> there.emitWithAck("connect"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> there.timeout(Duration.ofDays(1_000_000)))
        .isInstanceOf(IllegalArgumentException.class);
    there.join("tea", "tea");
    assertThat(question(4).path("data").path("rooms").toString()).isEqualTo("[\"tea\"]");
  }

  @Test
  void anEmitterThatAsksIsNoNodeAfterwards() {
    ParleyEmitter emitter = ParleyEmitter.builder(new Wire(
            new MemoryBus(hub),
            new NodeFormat(
                "memory", "socket.io", NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS)))
        .replies()
        .build();

    emitter.fetchSockets();

    String asker = question(7).path("uid").asString();
    assertThat(heard)
        .filteredOn(message -> message.path("uid").asString().equals(asker))
        .last()
        .satisfies(message -> assertThat(message.path("type").asInt()).isEqualTo(13));
    emitter.close();
  }
}
