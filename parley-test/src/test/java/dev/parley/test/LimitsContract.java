package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Args;
import dev.parley.DisconnectReason;
import dev.parley.Limits;
import dev.parley.ParleyBuilder;
import dev.parley.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Everything that a client could make large has a bound. */
@OverEveryWay
public abstract class LimitsContract extends ServerContract {
  protected LimitsContract(Bench.Starter starter) {
    super(starter);
  }

  private void startWith(UnaryOperator<Limits> limits) {
    startOptions(builder -> builder.limits(limits));
  }

  private void startOptions(Consumer<ParleyBuilder> options) {
    start(options, parley -> {
      for (String name : List.of("/", "/a", "/b", "/c")) {
        parley
            .of(name)
            .onCall("echo", (Socket socket, Args args) -> args)
            .onDisconnect((socket, how) -> {
              if (name.equals("/")) {
                notes.add(how.reason());
              }
            });
      }
    });
  }

  private static Object nested(int depth) {
    Object value = 1;
    for (int i = 0; i < depth; i++) {
      value = new ArrayList<>(List.of(value));
    }
    return value;
  }

  @Test
  void boundsTheDepthOfAPayload() {
    startWith(limits -> limits.maxNestingDepth(20));
    TestClient client = connect();

    assertThat(client.call("echo", nested(15)).toList()).containsExactly(nested(15));
    client.emit("echo", nested(30));

    client.expectEnd();
    awaitNotes(DisconnectReason.PARSE_ERROR);
  }

  @Test
  void boundsTheNumberOfAttachments() {
    if (!way.isJson()) {
      return; // MessagePack has no attachments.
    }
    startWith(limits -> limits.maxAttachments(2));
    TestClient client = connect();
    byte[] data = {1};

    assertThat(client.call("echo", data, data).size()).isEqualTo(2);
    client.emit("echo", data, data, data);

    client.expectEnd();
    awaitNotes(DisconnectReason.PARSE_ERROR);
  }

  @Test
  void boundsTheWaitForAttachments() {
    if (!way.isJson()) {
      return; // MessagePack has no attachments.
    }
    startWith(limits -> limits.attachmentTimeout(moment()));
    TestClient client = connect();

    client.sendRaw(
        "52-[\"echo\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]");
    client.sendRaw(new byte[] {1});
    barrierOf(connect());
    bench().pass(moment());

    client.expectEnd();
    awaitNotes(DisconnectReason.PARSE_ERROR);
  }

  /** Another client has had its answer, so the server has had the time to hear of this one. */
  private static void barrierOf(TestClient other) {
    other.call("echo");
  }

  @Test
  void boundsTheNamespacesOfAConnection() {
    startWith(limits -> limits.maxNamespacesPerConnection(2));
    TestClient client = connect();
    TestClient second = client.of("/a");

    TestClient third = client.of("/b");

    assertThat(second.connected()).isTrue();
    assertThat(third.refused().message()).isEqualTo("too many namespaces");
    second.disconnect();
    assertThat(third.rejoin().connected()).isTrue();
  }

  @Test
  void boundsTheLengthOfANamespace() {
    startWith(limits -> limits.maxNamespaceLength(20));
    TestClient client = connect();

    assertThat(client.of("/" + "x".repeat(19)).refused().message()).isEqualTo("Invalid namespace");
    assertThat(client.connected()).isTrue();
    TestClient other = client().start("/" + "x".repeat(20), null);

    assertThat(other.expectEnd()).isNotNull();
  }

  @Test
  void boundsTheLengthOfAMessage() {
    startOptions(builder -> builder.engine(engine -> engine.maxPayload(10_000)));
    TestClient client = connect();

    assertThat(client.call("echo", "x".repeat(5_000)).size()).isEqualTo(1);
    client.emit("echo", "x".repeat(20_000));

    client.expectEnd();
    awaitNotes(DisconnectReason.PAYLOAD_TOO_LARGE);
  }

  @Test
  void boundsWhatWaitsForASlowClient() {
    startWith(limits -> limits.maxQueuedBytes(100_000));
    TestClient slow = upgraded(connect());
    TestClient healthy = connect();
    slow.reading(false);
    String text = "x".repeat(50_000);

    for (int i = 0; i < 2_000 && notes.isEmpty(); i++) {
      server().of("/").emit("flood", i, text);
      healthy.expect("flood");
    }

    awaitNotes(DisconnectReason.QUEUE_OVERFLOW);
    assertThat(healthy.connected()).isTrue();
  }

  @Test
  void dropsVolatileEventsOfASlowClient() {
    startWith(limits -> limits.maxQueuedBytes(1_000_000));
    TestClient slow = upgraded(connect());
    slow.reading(false);
    Socket socket = server().of("/").sockets().findFirst().orElseThrow();
    String text = "x".repeat(10_000);

    for (int i = 0; i < 2_000; i++) {
      socket.asVolatile().emit("flood", i, text);
      bench().network().settle();
    }
    slow.reading(true);

    assertThat(slow.call("echo", "alive").toList()).containsExactly("alive");
    assertThat(slow.received("flood").size()).isLessThan(2_000);
    assertThat(notes).isEmpty();
  }

  @Test
  void refusesSessionsBeyondTheirNumber() {
    startWith(limits -> limits.maxSessions(1));
    TestClient first = connect();

    assertThat(connect().ended()).contains("503");
    kill(first);
    await("room for another", () -> server().clientsCount() == 0);
    assertThat(connect().connected()).isTrue();
  }

  @Test
  void refusesSessionsOfOneAddressBeyondTheirNumber() {
    startWith(limits -> limits.maxSessionsPerAddress(1));
    TestClient first = connect();

    assertThat(connect().ended()).contains("429");
    assertThat(first.connected()).isTrue();
  }

  @Test
  void refusesHandshakesThatComeTooFast() {
    startWith(limits -> limits.maxHandshakesPerSecond(3));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      clients.add(connect());
    }

    assertThat(clients).filteredOn(TestClient::connected).hasSizeGreaterThanOrEqualTo(3);
    assertThat(clients)
        .filteredOn(client -> !client.connected())
        .allSatisfy(client -> assertThat(client.ended()).contains("429"));
  }

  @Test
  void boundsThePacketsOfOneRequest() {
    if (!way.isPollingOnly()) {
      return;
    }
    if (way.isRevision3()) {
      return;
    }
    startWith(limits -> limits.maxPacketsPerPayload(3));
    TestClient client = connect();
    String target = "/socket.io/?EIO=4&transport=polling&sid=" + client.sid();
    String packet = "42[\"echo\"]";

    client().http().post(target, String.join("\u001e", List.of(packet, packet, packet)));
    assertThat(client.connected()).isTrue();
    client().http().post(target, String.join("\u001e", List.of(packet, packet, packet, packet)));

    client.expectEnd();
    awaitNotes(DisconnectReason.PARSE_ERROR);
  }
}
