package dev.parley.cluster;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.DataKey;
import dev.parley.MissingNodesException;
import dev.parley.ParleyBuilder;
import dev.parley.RemoteSocket;
import dev.parley.WireFormat;
import dev.parley.test.TestClient;
import dev.parley.test.TestEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every bus and format owes to its users: several servers are one. */
public abstract class ClusterContract {
  private static final DataKey<String> NAME =
      DataKey.named("name", String.class).shownInCluster();
  private static final DataKey<String> SECRET = DataKey.named("secret", String.class);

  private final List<AutoCloseable> open = new ArrayList<>();
  private Node ada;
  private Node bob;
  private int probes;

  /** A new node's way into the cluster of this test. Every test has a cluster, or channels, of its own. */
  protected abstract Wire wire();

  /** What a hostile peer would publish to: some channels that a node of the namespace {@code /} reads. */
  protected abstract List<String> channels();

  protected ClusterOptions options() {
    return ClusterOptions.DEFAULT.withRequestTimeout(Duration.ofSeconds(3));
  }

  protected final Node node() {
    return node(builder -> {});
  }

  protected final Node node(Consumer<ParleyBuilder> more) {
    return node(options(), more);
  }

  private Node node(ClusterOptions options, Consumer<ParleyBuilder> more) {
    Node node = new Node(wire(), options, more);
    open.add(node);
    until("the node's broker", () -> node.cluster().health().connected());
    return node;
  }

  protected final ParleyEmitter emitter() {
    ParleyEmitter emitter = ParleyEmitter.builder(wire()).build();
    open.add(emitter);
    until("the emitter's broker", () -> emitter.health().connected());
    return emitter;
  }

  protected final ParleyEmitter askingEmitter() {
    ParleyEmitter emitter =
        ParleyEmitter.builder(wire()).replies().options(options()).build();
    open.add(emitter);
    until("the emitter's broker", () -> emitter.health().connected());
    return emitter;
  }

  @BeforeEach
  void startTwo() {
    ada = node();
    bob = node();
    awaitCluster(ada, bob);
  }

  /** Until each hears of the other's events. */
  protected final void awaitCluster(Node... nodes) {
    for (Node node : nodes) {
      AtomicInteger heard = new AtomicInteger();
      node.root().onServerSideEvent("hello", args -> heard.incrementAndGet());
      until("the others are heard", () -> {
        for (Node other : nodes) {
          if (other != node && other.cluster().health().connected()) {
            other.root().serverSideEmit("hello");
          }
        }
        return heard.get() >= nodes.length - 1;
      });
    }
  }

  /** Until what was done to rooms is known wherever it must be: events to the room come from the other node. */
  protected final void awaitRoom(Node from, String room, TestClient... members) {
    for (TestClient member : members) {
      until("the room " + room + " is known", () -> {
        from.root().to(room).emit("probe");
        return !member.received("probe").isEmpty();
      });
    }
    String last = "last probe " + probes++;
    from.root().to(room).emit(last);
    for (TestClient member : members) {
      received(member, last);
      member.received("probe");
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void broadcastsReachTheClientsOfAllNodesOnce() {
    TestClient here = ada.client();
    TestClient there = bob.client();

    ada.root().emit("news", "tea", 7, null, Map.of("a", List.of(1.5, true)));
    ada.root().emit("done");

    for (TestClient client : List.of(here, there)) {
      received(client, "done");
      assertThat(client.received("news"))
          .singleElement()
          .satisfies(event -> assertThat(event.toList())
              .isEqualTo(Arrays.asList("tea", 7, null, Map.of("a", List.of(1.5, true)))));
    }
  }

  @Test
  void textOfAnyKindArrivesAsItWas() {
    TestClient there = bob.client();
    String text = "\"\\/\b\f\n\r\t\u0001 äß漢字 😀 \u2028 _placeholder";

    ada.root().emit("text", text, Map.of(text, text));

    TestEvent event = received(there, "text");
    assertThat(event.toList()).isEqualTo(List.of(text, Map.of(text, text)));
  }

  @Test
  void binaryDataArrivesAsSuch() {
    TestClient here = ada.client();
    TestClient there = bob.client();
    byte[] data = {0, 1, (byte) 0xff};

    ada.root().emit("file", "name", data, Map.of("deep", List.of(data)));

    for (TestClient client : List.of(here, there)) {
      TestEvent event = received(client, "file");
      assertThat(event.get(0, String.class)).isEqualTo("name");
      assertThat(event.get(1, byte[].class)).isEqualTo(data);
      assertThat(((Map<?, ?>) event.toList().get(2)).get("deep"))
          .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
          .satisfiesExactly(part -> assertThat((byte[]) part).isEqualTo(data));
    }
  }

  @Test
  void anEventWithoutArgumentsHasNone() {
    TestClient there = bob.client();

    ada.root().emit("bare");

    assertThat(received(there, "bare").toList().size()).isZero();
  }

  @Test
  void roomsAndExceptionsHoldOnAllNodes() {
    TestClient teaHere = ada.client("tea");
    TestClient teaThere = bob.client("tea");
    TestClient bothThere = bob.client("tea", "milk");
    TestClient noneThere = bob.client();
    awaitRoom(ada, "tea", teaThere, bothThere);

    ada.root().to("tea").except("milk").emit("brew");
    ada.root().to("tea", "milk").emit("serve");
    ada.root().emit("done");

    for (TestClient client : List.of(teaHere, teaThere, bothThere, noneThere)) {
      received(client, "done");
    }
    assertThat(teaHere.received("brew")).hasSize(1);
    assertThat(teaThere.received("brew")).hasSize(1);
    assertThat(bothThere.received("brew")).isEmpty();
    assertThat(noneThere.received("brew")).isEmpty();
    assertThat(bothThere.received("serve")).hasSize(1);
    assertThat(noneThere.received("serve")).isEmpty();
  }

  @Test
  void aSocketOfAnotherNodeIsReachedByItsId() {
    TestClient there = bob.client();
    TestClient other = bob.client();
    awaitRoom(ada, there.id(), there);

    ada.root().to(there.id()).emit("psst");
    ada.root().except(there.id()).emit("all others");

    received(there, "psst");
    received(other, "all others");
    assertThat(there.received("all others")).isEmpty();
    assertThat(other.received("psst")).isEmpty();
  }

  @Test
  void eventsOfOneSenderToOneRoomKeepTheirOrder() {
    TestClient there = bob.client("tea");
    awaitRoom(ada, "tea", there);

    IntStream.range(0, 500).forEach(i -> ada.root().to("tea").emit("n", i));

    assertThat(received(there, "n", 500).stream().map(event -> event.get(0, Integer.class)))
        .isEqualTo(IntStream.range(0, 500).boxed().toList());
  }

  @Test
  void localBroadcastsStayOnTheirNode() {
    TestClient here = ada.client();
    TestClient there = bob.client();

    ada.root().local().emit("here");
    ada.root().emit("done");

    received(there, "done");
    received(here, "here");
    assertThat(there.received("here")).isEmpty();
  }

  @Test
  void namespacesAreApart() {
    ada.of("/a");
    bob.of("/a");
    bob.of("/b");
    TestClient a = bob.clientOf("/a");
    TestClient b = bob.clientOf("/b");

    until("the namespace is heard", () -> {
      ada.of("/a").emit("probe");
      return !a.received("probe").isEmpty();
    });

    assertThat(b.received()).isEmpty();
  }

  @Test
  void dynamicNamespacesAreOneAcrossNodes() {
    for (Node node : List.of(ada, bob)) {
      node.test().server().of(Pattern.compile("/tenant-\\d+"));
    }
    TestClient here = ada.test().connect("/tenant-1");
    TestClient there = bob.test().connect("/tenant-1");
    TestClient other = bob.test().connect("/tenant-2");

    until("the namespace is heard", () -> {
      ada.test().server().of("/tenant-1").emit("probe");
      return !there.received("probe").isEmpty();
    });

    assertThat(here.received("probe")).isNotEmpty();
    assertThat(other.received()).isEmpty();
  }

  @Test
  void acknowledgementsComeFromTheClientsOfAllNodes() {
    ada.client("tea").onAsk("how", args -> "fine " + args.get(0, String.class));
    TestClient there = bob.client("tea").onAsk("how", args -> Map.of("a", 1));
    TestClient binary = bob.client("tea").onAsk("how", args -> new byte[] {1, 2});
    awaitRoom(ada, "tea", there, binary);

    AckReport report =
        get(ada.root().to("tea").timeout(Duration.ofSeconds(10)).emitWithAck("how", "now"));

    assertThat(report.complete()).isTrue();
    assertThat(report.answers()).hasSize(3);
    List<Object> values = new ArrayList<>();
    report.answers().forEach(answer -> values.add(answer.values().toList().get(0)));
    assertThat(values).contains("fine now", Map.of("a", 1));
    assertThat(values).anySatisfy(value -> assertThat(value).isEqualTo(new byte[] {1, 2}));
  }

  @Test
  void aQuestionToNobodyEndsAtOnce() {
    AckReport report =
        get(ada.root().to("nobody").timeout(Duration.ofSeconds(10)).emitWithAck("how"));

    assertThat(report.complete()).isTrue();
    assertThat(report.answers()).isEmpty();
  }

  @Test
  void aSilentClientElsewhereIsReportedMissing() {
    bob.client("tea");
    TestClient answers = bob.client("tea").onAsk("how", args -> "fine");
    awaitRoom(ada, "tea", answers);

    AckReport report = get(ada.root().to("tea").timeout(Duration.ofMillis(700)).emitWithAck("how"));

    assertThat(report.complete()).isFalse();
    assertThat(report.answers()).hasSize(1);
    assertThat(report.missingElsewhere()).isEqualTo(1);
    assertThat(report.missingNodes()).isZero();
  }

  @Test
  void fetchedSocketsOfOtherNodesTellWhatTheyShow() {
    TestClient there = bob.test().client().connect("/", Map.of("token", "t0ken"));
    var socket = bob.root().socket(there.id()).orElseThrow();
    socket.join("tea");
    socket.data(NAME, "Bob");
    socket.data(SECRET, "s3cret");
    TestClient here = ada.client("tea");

    List<RemoteSocket> sockets = get(ada.root().fetchSockets());

    assertThat(sockets)
        .extracting(RemoteSocket::id)
        .containsExactlyInAnyOrder(there.id(), here.id());
    RemoteSocket remote = find(sockets, there.id());
    assertThat(remote.rooms()).containsExactlyInAnyOrder(there.id(), "tea");
    assertThat(remote.data(NAME)).isEqualTo("Bob");
    assertThat(remote.data(SECRET)).isNull();
    assertThat(remote.handshake().query("EIO")).isEqualTo("4");
    assertThat(remote.handshake().url()).startsWith("/socket.io/");
    assertThat(remote.handshake().time())
        .isEqualTo(socket.handshake().time().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
    assertThat(remote.handshake().auth().text("token")).isNull();
  }

  private static RemoteSocket find(List<RemoteSocket> sockets, String id) {
    return sockets.stream().filter(socket -> socket.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void aFetchedSocketOfAnotherNodeCanBeTalkedTo() {
    TestClient there = bob.client().onAsk("how", args -> "fine");
    awaitRoom(ada, there.id(), there);
    RemoteSocket remote = find(get(ada.root().fetchSockets()), there.id());

    remote.emit("psst", 1);
    Args answer = get(remote.timeout(Duration.ofSeconds(10)).emitWithAck("how"));
    remote.join("tea");

    received(there, "psst");
    assertThat(answer.get(0, String.class)).isEqualTo("fine");
    until("it has joined", () -> bob.root().sockets("tea").contains(there.id()));
    remote.leave("tea");
    until("it has left", () -> bob.root().sockets("tea").isEmpty());
    remote.disconnect();
    until("it is gone", () -> !there.connected());
  }

  @Test
  void selectionsJoinLeaveAndDisconnectEverywhere() {
    TestClient here = ada.client("tea");
    TestClient there = bob.client("tea");
    TestClient other = bob.client();
    awaitRoom(ada, "tea", there);

    ada.root().to("tea").socketsJoin("milk", "sugar");
    until("they have joined", () -> bob.root().sockets("milk").contains(there.id()));
    assertThat(ada.root().sockets("sugar")).containsExactly(here.id());
    ada.root().to("tea").except(here.id()).socketsLeave("milk");
    until("one has left", () -> bob.root().sockets("milk").isEmpty());
    assertThat(ada.root().sockets("milk")).containsExactly(here.id());
    ada.root().to("tea").disconnectSockets(true);

    until("both are gone", () -> !here.connected() && !there.connected());
    assertThat(other.connected()).isTrue();
  }

  @Test
  void aRoomIsClosedOnAllNodes() {
    TestClient there = bob.client("tea");
    awaitRoom(ada, "tea", there);

    ada.root().closeRoom("tea");

    until("the room is empty", () -> bob.root().sockets("tea").isEmpty());
    assertThat(there.connected()).isTrue();
  }

  @Test
  void serversTalkToEachOtherAndNotToThemselves() {
    List<Object> heard = new CopyOnWriteArrayList<>();
    ada.root().onServerSideEvent("tick", args -> heard.add("ada"));
    bob.root().onServerSideEvent("tick", args -> heard.add(args.toList()));

    ada.root().serverSideEmit("tick", 1, "two");

    until("it is heard", () -> !heard.isEmpty());
    assertThat(heard).containsExactly(List.of(1, "two"));
  }

  @Test
  void serversAnswerEachOther() {
    bob.root().onServerSideEvent("load", args -> args.get(0, Integer.class) + 1);

    List<Args> answers = get(ada.root().serverSideEmitWithAck("load", 41));

    assertThat(answers)
        .singleElement()
        .satisfies(answer -> assertThat(answer.get(0, Integer.class)).isEqualTo(42));
  }

  @Test
  void anAnswerMayComeLater() {
    CompletableFuture<String> later = new CompletableFuture<>();
    bob.root().onServerSideEvent("load", args -> later);

    CompletableFuture<List<Args>> answers = ada.root().serverSideEmitWithAck("load");
    later.complete("now");

    assertThat(get(answers).get(0).get(0, String.class)).isEqualTo("now");
  }

  @Test
  void aServerThatDoesNotAnswerIsReportedMissing() {
    assertThatThrownBy(() -> get(ada.root().serverSideEmitWithAck("nobody handles this")))
        .isInstanceOfSatisfying(MissingNodesException.class, missing -> {
          assertThat(missing.expected()).isEqualTo(1);
          assertThat(missing.answered()).isZero();
        });
  }

  @Test
  void aNodeThatLeavesIsNotWaitedFor() {
    TestClient there = bob.client();
    assertThat(get(ada.root().fetchSockets())).hasSize(1);

    bob.close();

    until("nobody is missed", () -> {
      try {
        return get(ada.root().fetchSockets()).isEmpty();
      } catch (MissingNodesException stillThere) {
        return false;
      }
    });
    assertThat(there.connected()).isFalse();
  }

  @Test
  void threeNodesAllAnswer() {
    Node cem = node();
    awaitCluster3(cem);
    for (Node node : List.of(ada, bob, cem)) {
      node.client("tea").onAsk("how", args -> "fine");
    }

    until("all three are there", () -> get(ada.root().fetchSockets()).size() == 3);
    AckReport report = get(cem.root().timeout(Duration.ofSeconds(10)).emitWithAck("how"));

    assertThat(report.answers()).hasSize(3);
    assertThat(report.complete()).isTrue();
  }

  private void awaitCluster3(Node third) {
    TestClient here = ada.client();
    TestClient there = bob.client();
    until("the third is heard", () -> {
      third.root().emit("probe");
      return !here.received("probe").isEmpty() && !there.received("probe").isEmpty();
    });
    here.close();
    there.close();
    until("they are gone", () -> ada.root().size() == 0 && bob.root().size() == 0);
  }

  @Test
  void anEmitterReachesClients() {
    TestClient tea = bob.client("tea");
    TestClient milk = ada.client("milk");
    TestClient both = ada.client("tea", "milk");
    awaitRoom(ada, "tea", tea);
    awaitRoom(bob, "milk", milk);
    awaitRoom(bob, "tea", both);
    ParleyEmitter emitter = emitter();

    emitter.to("tea").except("milk").emit("brew", "green", new byte[] {7});
    emitter.emit("all", 1);
    get(emitter.flush());

    TestEvent brew = received(tea, "brew");
    assertThat(brew.get(0, String.class)).isEqualTo("green");
    assertThat(brew.get(1, byte[].class)).isEqualTo(new byte[] {7});
    received(tea, "all");
    received(milk, "all");
    received(both, "all");
    assertThat(both.received("brew")).isEmpty();
    assertThat(emitter.health().lost()).isZero();
  }

  @Test
  void anEmitterMovesAndDisconnectsClients() {
    TestClient there = bob.client("tea");
    awaitRoom(ada, "tea", there);
    ParleyEmitter emitter = emitter();

    emitter.to("tea").socketsJoin("milk");
    until("it has joined", () -> bob.root().sockets("milk").contains(there.id()));
    emitter.to("tea").socketsLeave("milk");
    until("it has left", () -> bob.root().sockets("milk").isEmpty());
    emitter.to("tea").disconnectSockets(false);

    until("it is gone", () -> !there.connected());
  }

  @Test
  void anEmitterSpeaksToServers() {
    List<Object> heard = new CopyOnWriteArrayList<>();
    ada.root().onServerSideEvent("tick", args -> heard.add("ada " + args.toList()));
    bob.root().onServerSideEvent("tick", args -> heard.add("bob " + args.toList()));

    emitter().serverSideEmit("tick", 1);

    until("both have heard", () -> heard.size() == 2);
    assertThat(heard).containsExactlyInAnyOrder("ada [1]", "bob [1]");
  }

  @Test
  void anEmitterWithAReplyAddressGetsAnswers() {
    TestClient there = bob.client("tea").onAsk("how", args -> "fine");
    ada.client("tea").onAsk("how", args -> "well");
    awaitRoom(ada, "tea", there);
    bob.root().onServerSideEvent("load", args -> 1);
    ada.root().onServerSideEvent("load", args -> 2);
    ParleyEmitter emitter = askingEmitter();

    AckReport report = get(emitter.to("tea").timeout(Duration.ofSeconds(10)).emitWithAck("how"));
    List<RemoteSocket> sockets = get(emitter.fetchSockets());
    List<Args> answers = get(emitter.serverSideEmitWithAck("load"));

    assertThat(report.answers()).hasSize(2);
    assertThat(report.complete()).isTrue();
    assertThat(sockets).hasSize(2);
    assertThat(answers).hasSize(2);
  }

  @Test
  void anEmitterWithoutAReplyAddressCannotAsk() {
    ParleyEmitter emitter = emitter();

    assertThatThrownBy(() -> emitter.emitWithAck("how"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("replies()");
    assertThatThrownBy(emitter::fetchSockets).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void hostileMessagesAreCountedAndHarmNobody() {
    TestClient there = bob.client("tea");
    awaitRoom(ada, "tea", there);
    Bus hostile = wire().bus();
    open.add(hostile);
    AtomicInteger connections = new AtomicInteger();
    hostile.start(new Bus.Listener() {
      @Override
      public void onMessage(String channel, byte[] message) {}

      @Override
      public void onConnected() {
        connections.incrementAndGet();
      }

      @Override
      public void onDisconnected(String why) {}
    });
    until("it is connected", () -> connections.get() > 0);

    int sent = 0;
    for (String channel : channels()) {
      for (byte[] message : HostileMessages.all()) {
        get(hostile.publish(channel, message).toCompletableFuture());
        sent++;
      }
    }
    ada.root().to("tea").emit("done");

    received(there, "done");
    assertThat(there.connected()).isTrue();
    assertThat(sent).isPositive();
    assertThat(bob.cluster().health().rejected()).isPositive();
    assertThat(get(ada.root().fetchSockets())).hasSize(1);
  }

  @Test
  void aMessageOverTheBoundIsLostAndCounted() {
    Node small = node(options().withMaxMessageBytes(2000), builder -> {});
    TestClient here = small.client();

    small.root().emit("long", "x".repeat(3000));
    small.root().emit("short", "x");

    received(here, "long");
    received(here, "short");
    assertThat(small.cluster().health().lost()).isEqualTo(1);
  }

  @Test
  void serversThatSpeakMessagePackToTheirClientsShareTheCluster() {
    Node packed = node(builder -> builder.wireFormat(WireFormat.MSGPACK));
    TestClient json = bob.client("tea");
    until("it is heard", () -> {
      packed.root().emit("probe", "äß", 1.5, new byte[] {1}, Arrays.asList(1, null));
      return !json.received("probe").isEmpty();
    });

    packed.root().emit("mixed", "äß", new byte[] {1}, Set.of(2));

    TestEvent event = received(json, "mixed");
    assertThat(event.get(0, String.class)).isEqualTo("äß");
    assertThat(event.get(1, byte[].class)).isEqualTo(new byte[] {1});
    assertThat(event.toList().get(2)).isEqualTo(List.of(2));
  }

  /** Bytes that no node should send. */
  protected static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
