package dev.parley.rabbitmq;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AckReport;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Node;
import dev.parley.cluster.ParleyEmitter;
import dev.parley.cluster.Programs;
import dev.parley.cluster.Wire;
import dev.parley.test.TestClient;
import dev.parley.test.TestEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One cluster with a node of python-socketio, whose KombuManager is on the same RabbitMQ. */
class KombuInteropTest {
  private static final String CHANNEL = "socketio";
  private static final Path PYTHON_NODE = Path.of("..", "conformance", "cluster", "python_node.py");

  private final RabbitServer server = RabbitServer.shared();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Process process;
  private int port;

  @BeforeEach
  void startPython() throws IOException {
    process = new ProcessBuilder(
            "/usr/bin/python3",
            PYTHON_NODE.toString(),
            "serve",
            "kombu",
            server.url() + "//",
            CHANNEL)
        .redirectError(ProcessBuilder.Redirect.appendTo(
            Path.of("target", "python_node.log").toFile()))
        .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    assertThat(line).as("python3-socketio and python3-kombu are needed").startsWith("listening on");
    port = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    Programs.kill(process);
  }

  private Wire wire(String dialect) {
    return new RabbitWireProvider()
        .open(URI.create(server.url()), Map.of("channel", CHANNEL, "dialect", dialect));
  }

  private Node parley() {
    return parley("any");
  }

  private Node parley(String dialect) {
    Node node = new Node(wire(dialect), ClusterOptions.DEFAULT, builder -> {});
    open.add(node);
    until("the connection", () -> node.cluster().health().connected());
    return node;
  }

  private PollingClient python() {
    PollingClient client = new PollingClient(port, asked -> "[\"fine\",{\"asked\":" + asked + "}]");
    open.add(client);
    return client;
  }

  /** Until each hears the other. */
  private static void awaitCluster(Node ada, TestClient here, PollingClient there) {
    until("Python is heard", () -> {
      there.post("42[\"emit\",{},\"probe\"]");
      return !here.received("probe").isEmpty();
    });
    until("Parley is heard", () -> {
      ada.root().emit("hello");
      return there.received("42[\"hello\"]");
    });
  }

  private static void join(PollingClient client, String room) {
    client.post("427[\"join\",\"" + room + "\"]");
    client.await("it has joined", "437[");
  }

  @ParameterizedTest
  @ValueSource(strings = {"any", "5.13"})
  void whatParleyEmitsReachesPythonsClients(String dialect) {
    Node ada = parley(dialect);
    TestClient here = ada.client();
    PollingClient tea = python();
    PollingClient other = python();
    join(tea, "tea");
    awaitCluster(ada, here, tea);

    ada.root()
        .to("tea")
        .emit("brew", Map.of("a", Arrays.asList(1.5, null, "gr\u00fcn \ud83d\ude00")));
    ada.root().except(other.id()).emit("all but one");
    ada.root().emit("done");

    assertThat(unescaped(tea.await("an event", "42[\"brew\"")))
        .isEqualTo("42[\"brew\",{\"a\":[1.5,null,\"gr\u00fcn \ud83d\ude00\"]}]");
    tea.await("an event", "42[\"all but one\"]");
    tea.await("the last", "42[\"done\"]");
    other.await("the last", "42[\"done\"]");
    assertThat(other.received("42[\"brew\"")).isFalse();
    assertThat(other.received("42[\"all but one\"")).isFalse();
  }

  /** In JSON, Python has no bytes before 5.14.2, and before 5.15.1 takes several arguments for one that is a list. */
  @Test
  void picklesHoldBytesAndKeepArgumentsApart() {
    Node ada = parley("5.13");
    TestClient here = ada.client();
    PollingClient there = python();
    awaitCluster(ada, here, there);

    ada.root().emit("several", 1, null, List.of(2, 3));
    ada.root().emit("one", List.of(2, 3));
    ada.root().emit("file", "name", new byte[] {0, 1, (byte) 0xff});

    there.await("several", "42[\"several\",1,null,[2,3]]");
    there.await("one", "42[\"one\",[2,3]]");
    there.await("a file", "451-[\"file\",\"name\",{\"_placeholder\":true,\"num\":0}]");
    there.await("its bytes", "bAAH/");
  }

  private static String unescaped(String json) {
    return json.replace("\\u00fc", "\u00fc").replace("\\ud83d\\ude00", "\ud83d\ude00");
  }

  @Test
  void whatPythonEmitsReachesParleysClients() {
    Node ada = parley();
    TestClient tea = ada.client("tea");
    TestClient other = ada.client();
    PollingClient there = python();
    awaitCluster(ada, tea, there);

    there.post("42[\"emit\",{\"rooms\":\"tea\"},\"brew\",\"gr\\u00fcn\",7,null]");
    there.post("451-[\"emit\",{},\"file\",\"name\",{\"_placeholder\":true,\"num\":0}]", "bAAH/");
    there.post("42[\"emit\",{\"except\":\"" + other.id() + "\"},\"all but one\"]");
    there.post("42[\"emit\",{\"from\":\"emitter\"},\"from outside\",1]");

    assertThat(received(tea, "brew").toList()).isEqualTo(Arrays.asList("gr\u00fcn", 7, null));
    TestEvent file = received(tea, "file");
    assertThat(file.get(0, String.class)).isEqualTo("name");
    assertThat(file.get(1, byte[].class)).isEqualTo(new byte[] {0, 1, (byte) 0xff});
    received(tea, "all but one");
    assertThat(received(tea, "from outside").toList()).isEqualTo(List.of(1));
    received(other, "from outside");
    assertThat(other.received("brew")).isEmpty();
    assertThat(other.received("all but one")).isEmpty();
    assertThat(ada.cluster().health().rejected()).isZero();
  }

  @Test
  void eachClosesTheRoomsOfTheOther() {
    Node ada = parley();
    TestClient here = ada.client("tea");
    PollingClient there = python();
    join(there, "tea");
    awaitCluster(ada, here, there);

    there.post("42[\"close room\",\"tea\"]");
    until("Parley's is closed", () -> ada.root().sockets("tea").isEmpty());
    join(there, "tea");
    ada.root().to("tea").emit("brew", 1);
    there.await("it is in there", "42[\"brew\",1]");
    ada.root().closeRoom("tea");
    ada.root().to("tea").emit("brew", 2);
    ada.root().emit("done");

    there.await("the last", "42[\"done\"]");
    assertThat(there.received("42[\"brew\",2]")).isFalse();
  }

  @Test
  void eachDisconnectsTheClientsOfTheOther() {
    Node ada = parley();
    TestClient here = ada.client();
    PollingClient there = python();
    awaitCluster(ada, here, there);

    there.post("42[\"remote\",\"" + here.id() + "\",\"disconnect\"]");
    until("Parley's client is gone", () -> !here.connected());
    ada.root().to(there.id()).disconnectSockets(false);

    there.await("Python's client is gone", "41");
  }

  @Test
  void eachGetsAcknowledgementsFromTheClientsOfTheOther() {
    Node ada = parley();
    TestClient here = ada.client().onAsk("how", args -> "well " + args.get(0, Integer.class));
    PollingClient there = python();
    awaitCluster(ada, here, there);

    AckReport report =
        get(ada.root().to(there.id()).timeout(Duration.ofSeconds(10)).emitWithAck("how", "now"));
    there.post("429[\"remote\",\"" + here.id() + "\",\"ask\",\"how\",5]");

    assertThat(report.complete()).isTrue();
    assertThat(report.answers())
        .singleElement()
        .satisfies(answer -> assertThat(answer.values().toList())
            .isEqualTo(List.of("fine", Map.of("asked", List.of("how", "now")))));
    assertThat(there.await("Python's answer", "439[")).isEqualTo("439[{\"values\":[\"well 5\"]}]");
  }

  @Test
  void parleysNodesHaveTheWholeProtocolBesideIt() {
    Node ada = parley();
    Node bob = parley();
    TestClient here = ada.client();
    TestClient there = bob.client("tea").onAsk("how", args -> "fine");
    PollingClient python = python();
    awaitCluster(ada, here, python);
    awaitCluster(bob, there, python);

    until("both know each other", () -> get(ada.root().fetchSockets()).size() == 2);
    ada.root().to(there.id()).socketsJoin("milk");

    until("it has joined", () -> bob.root().sockets("milk").contains(there.id()));
    AckReport report = get(ada.root().to("tea").timeout(Duration.ofSeconds(2)).emitWithAck("how"));
    assertThat(report.answers()).hasSize(1);
    assertThat(report.complete()).isTrue();
  }

  @Test
  void anEmitterReachesPythonsClients() {
    PollingClient there = python();
    join(there, "tea");
    ParleyEmitter emitter = ParleyEmitter.builder(wire("any")).build();
    open.add(emitter);
    until("the connection", () -> emitter.health().connected());

    until("it is heard", () -> {
      emitter.to("tea").emit("following_notification", Map.of("from", "ada"));
      return there.received("42[\"following_notification\",{\"from\":\"ada\"}]");
    });
    emitter.to("milk").emit("not for it");
    emitter.emit("done");

    there.await("the last", "42[\"done\"]");
    assertThat(there.received("42[\"not")).isFalse();
    assertThat(emitter.health().lost()).isZero();
  }
}
