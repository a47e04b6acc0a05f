package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Admit;
import dev.parley.Args;
import dev.parley.Attempt;
import dev.parley.DataKey;
import dev.parley.Disconnect;
import dev.parley.DisconnectReason;
import dev.parley.Handshake;
import dev.parley.NonBlocking;
import dev.parley.OnAny;
import dev.parley.OnConnect;
import dev.parley.OnDisconnect;
import dev.parley.OnEvent;
import dev.parley.OnMessage;
import dev.parley.Refused;
import dev.parley.Socket;
import dev.parley.SocketNamespace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Classes with annotated methods do what lambdas do. */
@OverEveryWay
public abstract class AnnotatedContract extends ServerContract {
  private static final DataKey<String> USER = DataKey.named("user", String.class);

  protected AnnotatedContract(Bench.Starter starter) {
    super(starter);
  }

  record Say(String room, String text) {}

  @SocketNamespace("/chat")
  static class Chat {
    private final List<Object> notes;

    Chat(List<Object> notes) {
      this.notes = notes;
    }

    @Admit
    void check(Attempt attempt) {
      String user = attempt.auth().text("user");
      if (user == null) {
        throw new Refused("who are you?");
      }
      attempt.data(USER, user);
    }

    @OnConnect
    void hello(Handshake handshake, Socket socket) {
      socket.join(socket.data(USER));
      notes.add("hello " + handshake.auth().text("user"));
    }

    @OnAny
    void any(String event, Args args, Socket socket) {
      notes.add(event + args.size() + socket.data(USER));
    }

    @OnEvent
    int say(Say say) {
      return say.text().length();
    }

    @OnEvent("all")
    Args several(Map<String, List<Say>> first, Socket socket, int second, Args all, byte[] third) {
      return Args.of(first.get("x").get(0).room(), second, all.size(), third, socket.id());
    }

    @OnEvent
    CompletionStage<String> later(String text) {
      return CompletableFuture.completedFuture(text + "!");
    }

    @OnEvent
    @NonBlocking
    void quick(Socket socket) {
      socket.emit("quick");
    }

    @OnEvent
    void fail() throws IOException {
      throw new IOException("checked");
    }

    @OnEvent
    void number(int n) {}

    @OnMessage
    String message(String text) {
      return "message " + text;
    }

    @OnDisconnect
    void bye(DisconnectReason reason, Socket socket, Disconnect how) {
      notes.add("bye " + reason + how.rooms().contains(socket.data(USER)));
    }
  }

  private TestClient connectToChat() {
    start(parley -> {
      parley.register(new Chat(notes));
      parley
          .of("/chat")
          .onError((socket, event, error) -> event + " " + error.getClass().getSimpleName());
    });
    return client().connect("/chat", Map.of("user", "ada"));
  }

  @Test
  void admitsGreetsAndSaysGoodBye() {
    TestClient client = connectToChat();

    assertThat(connect("/chat").refused()).isNotNull();
    client.disconnect();

    awaitNotes("hello ada", "bye " + DisconnectReason.CLIENT_NAMESPACE_DISCONNECT + true);
  }

  @Test
  void bindsEveryParameterAndAcknowledgesWithWhatIsReturned() {
    TestClient client = connectToChat();

    assertThat(client.call("say", new Say("tea", "four")).toList()).containsExactly(4);
    List<Object> several = client
        .call("all", Map.of("x", List.of(new Say("tea", ""))), 42, new byte[] {7})
        .toList();
    assertThat(several.subList(0, 3)).containsExactly("tea", 42, 3);
    assertThat(several.get(3)).isEqualTo(new byte[] {7});
    assertThat(client.call("later", "soon").toList()).containsExactly("soon!");
    assertThat(client.call("message", "x").toList()).containsExactly("message x");
    assertThat(client.call("quick").size()).isZero();
    client.expect("quick");
    await("the listener", () -> notes.size() == 6);
    assertThat(notes)
        .containsExactly(
            "hello ada", "say1ada", "all3ada", "later1ada", "message1ada", "quick0ada");
  }

  @Test
  void showsTheErrorHandlerWhatWasThrown() {
    TestClient client = connectToChat();

    assertThat(client.call("fail").toList()).containsExactly("fail IOException");
    assertThat(client.call("number").toList()).containsExactly("number PayloadException");
    assertThat(client.call("number", (Object) null).toList())
        .containsExactly("number PayloadException");
    assertThat(client.call("all", "no map", 1).toList()).containsExactly("all PayloadException");
  }

  @SocketNamespace(value = "/count-\\w+", pattern = true)
  static class Counter {
    private final String name;
    private int count;

    Counter(String name) {
      this.name = name;
    }

    @OnConnect
    void start() {
      count = 100;
    }

    @OnEvent
    String next() {
      return name + " " + ++count;
    }
  }

  @Test
  void givesEverySocketItsOwnObject() {
    start(parley -> parley.register(Counter.class, () -> {
      notes.add("made");
      return new Counter("counter " + notes.size());
    }));
    TestClient one = connect("/count-a");
    assertThat(one.call("next").toList()).containsExactly("counter 1 101");
    TestClient two = connect("/count-b");

    assertThat(two.call("next").toList()).containsExactly("counter 2 101");
    assertThat(one.call("next").toList()).containsExactly("counter 1 102");
    one.disconnect();
    assertThat(one.rejoin().call("next").toList()).containsExactly("counter 3 101");
  }

  @Test
  void tellsTheErrorHandlerWhenTheFactoryFails() {
    start(parley -> {
      parley.register(Counter.class, () -> {
        throw new IllegalArgumentException("no counters left");
      });
      parley.of("/count-a");
    });
    TestClient client = connect("/count-b");

    assertThat(client.connected()).isTrue();
    client.emitWithAck("next");
    barrier(client);
    client.expectNothing();
  }
}
