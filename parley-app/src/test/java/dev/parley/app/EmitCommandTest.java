package dev.parley.app;

import static dev.parley.cluster.Eventually.received;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Eventually;
import dev.parley.cluster.Format;
import dev.parley.cluster.MemoryBus;
import dev.parley.cluster.Node;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.test.TestClient;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EmitCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final String name = UUID.randomUUID().toString();
  private final String url = "memory://" + name;
  private final MemoryBus.Hub hub = MemoryBus.hub(name);
  private final Node node = new Node(
      new Wire(
          new MemoryBus(hub),
          new NodeFormat(
              "memory", "socket.io", NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS)),
      ClusterOptions.DEFAULT,
      builder -> {});

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void reachesTheClientsOfTheRoomsThatAreNotExcepted() {
    TestClient tea = node.client("tea");
    TestClient milk = node.client("milk");
    TestClient both = node.client("tea", "milk", "guest");
    TestClient none = node.client();

    assertThat(emit("--to", "tea", "--to", "milk", "--except", "guest", "brew", "{\"hot\":true}"))
        .isZero();

    assertThat(received(tea, "brew").toList()).containsExactly(Map.of("hot", true));
    assertThat(received(milk, "brew").size()).isEqualTo(1);
    assertThat(both.received()).isEmpty();
    assertThat(none.received()).isEmpty();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void reachesEveryClientOfANamespaceByDefaultAndNobodyOfAnother() {
    node.of("/desk");
    TestClient desk = node.clientOf("/desk");
    TestClient root = node.client();
    assertThat(emit("--namespace", "desk", "--volatile", "brew")).isZero();
    assertThat(received(desk, "brew").size()).isZero();
    assertThat(root.received()).isEmpty();
  }

  @Test
  void sendsEveryArgumentAsItWasWritten() {
    TestClient client = node.client();
    assertThat(emit(
            "brew", "-5", "null", "\"ü\\n\"", "[1,{\"a\":[]}]", "12345678901234567890", "1.10"))
        .isZero();
    received(client, "brew");
    assertThat(raw(client))
        .isEqualTo("42[\"brew\",-5,null,\"ü\\n\",[1,{\"a\":[]}],12345678901234567890,1.10]");
  }

  private static String raw(TestClient client) {
    return "4"
        + client.rawReceived().stream()
            .map(String::valueOf)
            .filter(message -> message.contains("brew"))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void readsBigArgumentsFromAFileAndFromTheStandardInput(@TempDir Path directory) throws Exception {
    TestClient client = node.client();
    Path file = Files.writeString(directory.resolve("a b.json"), "{\"from\": \"file\"}\n");
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("[1,\n2]".getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(emit("brew", "@" + file, "-")).isZero();
    } finally {
      System.setIn(before);
    }
    assertThat(received(client, "brew").toList())
        .containsExactly(Map.of("from", "file"), List.of(1, 2));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      hello       | Argument 2 is no JSON at line 1, column 1: | A text needs quotes of its own: '"hello"'
      {"a":1,}    | Argument 2 is no JSON at line 1, column 8: | double-quote
      {"a":1} 2   | Argument 2 is no JSON at line 1, column  | Trailing token
      {"a":1,"a":2} | Argument 2 is no JSON at line 1, column | Duplicate
      [01]        | Argument 2 is no JSON at line 1, column  | Leading zeroes not allowed
      NaN         | Argument 2 is no JSON at line 1, column  | NaN
      ``          | Argument 2 is empty.                     | A text needs quotes of its own
      @           | Argument 2                               | cannot read
      @no/such    | Argument 2                               | there is no file no/such
      """)
  void saysWhichArgumentIsNoJsonAndWhere(String argument, String which, String why) {
    TestClient client = node.client();
    assertThat(emit("brew", "1", argument)).isEqualTo(2);
    assertThat(err.toString()).startsWith(which).contains(why).contains("parley emit --help");
    assertThat(client.received()).isEmpty();
  }

  @Test
  void takesTheStandardInputForOneArgumentOnly() {
    assertThat(emit("brew", "-", "-")).isEqualTo(2);
    assertThat(err.toString()).startsWith("Only one argument can be the standard input.");
  }

  @Test
  void printsTheAnswersOfTheClients() {
    TestClient ada = node.client("tea").onAsk("ready?", args -> "yes");
    TestClient bob = node.client("tea").onAsk("ready?", args -> List.of(1, args.toList()));

    assertThat(asked("--to", "tea", "--ack", "ready?", "true")).isZero();

    assertThat(out.toString().lines())
        .containsExactlyInAnyOrder(
            "{\"socketId\":\"" + ada.id() + "\",\"values\":[\"yes\"]}",
            "{\"socketId\":\"" + bob.id() + "\",\"values\":[[1,[true]]]}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void asksTheClientsOfAnotherNamespace() {
    node.of("/desk");
    node.clientOf("/desk").onAsk("ready?", args -> "yes");
    assertThat(asked("--namespace", "/desk", "--ack", "ready?")).isZero();
    assertThat(out.toString()).contains("[\"yes\"]");
  }

  @Test
  void tellsHowManyAnswersAreMissing() {
    node.client("tea").onAsk("ready?", args -> "yes");
    node.client("tea");

    assertThat(asked("--to", "tea", "--ack", "--timeout", "2s", "ready?")).isEqualTo(1);

    assertThat(out.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines("No answer within 2 s from 1 client.\n");
  }

  @Test
  void saysThatNobodyWasThereToAnswer() {
    assertThat(asked("--to", "nowhere", "--ack", "ready?")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isEqualToNormalizingNewlines("No client is there.\n");
  }

  @Test
  void failsIfTheBrokerIsNotThereInTime() {
    hub.down();
    assertThat(emit("--wait", "50ms", "brew")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines(
            "The broker at " + url + " was not there within 50 ms: the hub is down\n");
  }

  @Test
  void waitsForTheBroker() {
    TestClient client = node.client();
    hub.down();
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> emit("brew"));
    hub.up();
    assertThat(Eventually.get(code)).isZero();
    received(client, "brew");
  }

  @Test
  void failsIfTheEventIsTooLongForTheBus(@TempDir Path directory) throws Exception {
    // As long as an argument may be; with the rest of the message it is too long.
    Path file = Files.writeString(directory.resolve("long"), '"' + "x".repeat((8 << 20) - 2) + '"');
    assertThat(emit("brew", "@" + file)).isEqualTo(1);
    assertThat(err.toString()).contains("may be lost", "at most 8388608 are allowed");
  }

  @Test
  void readsNoFileThatIsTooLongForAnyBus(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("long"), "1".repeat((8 << 20) + 1));
    assertThat(emit("brew", "@" + file)).isEqualTo(2);
    assertThat(err.toString()).contains("longer than 8388608 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"connect", "disconnect"})
  void refusesReservedNames(String event) {
    assertThat(emit(event)).isEqualTo(2);
    assertThat(err.toString()).contains("\"" + event + "\" is a reserved event name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "0s", "2d", "-1s", "99999999m", "soon"})
  void refusesTimesThatAreNone(String time) {
    assertThat(emit("--timeout", time, "brew")).isEqualTo(2);
    assertThat(err.toString()).contains("'--timeout'", "\"" + time + "\"");
  }

  @Test
  void saysThatItNeedsAnEvent() {
    assertThat(emit()).isEqualTo(2);
    assertThat(err.toString()).contains("EVENT").contains("Try: parley emit --help");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--bus=nothing://me:secret@host",
        "--buss=redis://me:sec@secret@host/0",
        "--bus=nothing://me:se cret@host",
        "--bus=memory://h?password=secret#"
      })
  void keepsPasswordsToItself(String option) {
    run("emit", option, "--wait", "1ms", "brew");
    assertThat(out + "" + err).doesNotContain("secret", "sec@");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      redis://localhost                            | redis://localhost
      redis://u:p@localhost:7000/1?format=sharded  | redis://localhost:7000
      redis://:p/q@localhost                       | redis://...
      redis://p/q@localhost                        | redis://...
      redis://p?q@localhost                        | redis://...
      redis-sentinel://:p@a:1,b:2/0                | redis-sentinel://...
      amqp://u:p@[::1]:5672/%2f                    | amqp://[::1]:5672
      redis+socket:/tmp/p@s                        | redis+socket://...
      redis://p q@x                                | this URL
      """)
  void namesABrokerWithoutSecrets(String bus, String shown) {
    assertThat(BusOptions.withoutSecrets(bus)).isEqualTo(shown);
  }

  @Test
  void tellsHowItEndsAndWhatItReads() {
    assertThat(run("emit", "--help")).isZero();
    assertThat(out.toString())
        .contains("--bus", "PARLEY_BUS", "--to", "--ack", "@FILE", "Exit codes: 0");
  }

  private int emit(String... args) {
    List<String> all = new ArrayList<>(List.of("emit", "--bus", url));
    all.addAll(Arrays.asList(args));
    return run(all.toArray(String[]::new));
  }

  /** While the command waits for answers, the clients give them. */
  private int asked(String... args) {
    return Eventually.get(CompletableFuture.supplyAsync(() -> emit(args)));
  }

  private int run(String... args) {
    CommandLine command = ParleyCommand.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(args);
  }
}
