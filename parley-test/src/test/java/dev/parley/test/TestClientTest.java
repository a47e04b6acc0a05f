package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Args;
import dev.parley.Parley;
import dev.parley.PayloadException;
import dev.parley.Refused;
import dev.parley.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;

/** What a test sees through the kit, and what it is told when something is missing. */
class TestClientTest {
  private final ParleyTest test = ParleyTest.of(TestClientTest::setUp);
  private final TestClient client = test.connect();

  private static void setUp(Parley parley) {
    parley
        .of("/")
        .on("greet", (socket, args) -> {
          socket.emit("hello", "you", 1, new byte[] {1});
          socket.emit("more");
        })
        .on("silent", (socket, args) -> {
          throw new IllegalStateException("no acknowledgement");
        })
        .onError((socket, event, error) -> null)
        .onCall(
            "later", (Socket socket, Args args) -> CompletableFuture.supplyAsync(() -> "later"));
    parley.of("/closed").admit(attempt -> {
      throw new Refused("no", Map.of("code", 7));
    });
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void tellsWhatCameInstead() {
    client.emit("greet");

    assertThatThrownBy(() -> client.expect("bye"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("\"bye\" did not come to " + client
            + "; it is connected; what came: [hello([\"you\", 1, bytes[1]]), more([])]");
    assertThatThrownBy(client::expectNothing)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("what came: [hello(");
    assertThatThrownBy(() -> client.expectNothing("more")).isInstanceOf(AssertionError.class);
    client.expectNothing("bye");
  }

  @Test
  void tellsThatNoAcknowledgementCame() {
    assertThatThrownBy(() -> client.call("silent"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no acknowledgement of \"silent\" came");
  }

  @Test
  void waitsForWhatOtherThreadsComplete() {
    assertThat(client.call("later").toList()).containsExactly("later");
  }

  @Test
  void handsOutEveryEventOnce() {
    client.emit("greet");
    client.emit("greet");

    assertThat(client.received("more")).hasSize(2);
    TestEvent hello = client.expect("hello");
    assertThat(hello.as(String.class)).isEqualTo("you");
    assertThat(hello.get(1, new TypeReference<Integer>() {})).isEqualTo(1);
    assertThat(hello.asks()).isFalse();
    assertThatThrownBy(() -> hello.as(Integer.class)).isInstanceOf(PayloadException.class);
    assertThat(client.received()).extracting(TestEvent::name).containsExactly("hello");
    assertThat(client.received()).isEmpty();
  }

  @Test
  void tellsWhyAClientWasRefused() {
    TestClient refused = test.connect("/closed");

    assertThat(refused.refused()).isEqualTo(new TestClient.Refusal("no", Map.of("code", 7)));
    assertThat(refused.connected()).isFalse();
    assertThatThrownBy(() -> refused.emit("greet"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not connected");
    assertThatThrownBy(() -> refused.expect("hello"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("it was refused with");
  }

  @Test
  void tellsHowTheConnectionEnded() {
    test.server().of("/").disconnectSockets(false);
    assertThat(client.expectEnd()).isEqualTo("io server disconnect");

    TestClient other = test.connect();
    other.close();
    assertThat(other.ended()).isEqualTo("io client disconnect");
    TestClient third = test.connect();
    assertThatThrownBy(third::expectEnd).isInstanceOf(AssertionError.class);
    third.kill();
    assertThat(third.ended()).isEqualTo("transport error");
    test.settle();
    assertThat(test.server().clientsCount()).isEqualTo(1);
  }

  @Test
  void failsAcknowledgementsThatCannotComeAnyMore() {
    CompletableFuture<Args> answer = client.emitWithAck("silent");

    client.disconnect();

    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  void showsAndSendsRawMessages() {
    client.rawReceived();

    client.sendRaw("2[\"greet\"]");

    assertThat(client.rawReceived())
        .contains("51-[\"hello\",\"you\",1,{\"_placeholder\":true,\"num\":0}]", "2[\"more\"]")
        .hasSize(3);
  }

  @Test
  void keepsHandlersFromUsingTheKit() {
    Throwable[] thrown = new Throwable[1];
    test.server().of("/").on("misuse", (socket, args) -> {
      try {
        client.received();
      } catch (IllegalStateException e) {
        thrown[0] = e;
      }
    });

    client.emit("misuse");
    test.settle();

    assertThat(thrown[0]).hasMessageContaining("a handler cannot use the test kit");
  }
}
