package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Args;
import dev.parley.DisconnectReason;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How sockets end: once, for one reason, and everybody is told. */
@OverEveryWay
public abstract class EndingContract extends ServerContract {
  protected EndingContract(Bench.Starter starter) {
    super(starter);
  }

  private void startWatching() {
    startWatching(builder -> {}, parley -> {});
  }

  private void startWatching(Consumer<ParleyBuilder> options, Consumer<Parley> more) {
    start(options, parley -> {
      for (String name : List.of("/", "/chat")) {
        parley.of(name).onDisconnect((socket, how) -> notes.add(name + " " + how.reason()));
      }
      more.accept(parley);
    });
  }

  @Test
  void tellsThatTheClientLeftTheNamespace() {
    startWatching();
    TestClient chat = connect("/chat");
    TestClient root = chat.of("/");

    chat.disconnect();

    awaitNotes("/chat " + DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
    assertThat(root.connected()).isTrue();
    assertThat(server().of("/chat").size()).isZero();
    assertThat(chat.rejoin().connected()).isTrue();
  }

  @Test
  void tellsThatTheClientClosedTheConnection() {
    startWatching();
    TestClient chat = connect("/chat");
    chat.of("/");

    chat.close();

    await("both ends", () -> notes.size() == 2);
    assertThat(notes)
        .containsExactlyInAnyOrder(
            "/chat " + DisconnectReason.TRANSPORT_CLOSE, "/ " + DisconnectReason.TRANSPORT_CLOSE);
    await("the end of the session", () -> server().clientsCount() == 0);
  }

  @Test
  void tellsThatTheConnectionBroke() {
    startWatching();
    TestClient client = connect("/chat");

    kill(client);

    if (way.isRevision3()) {
      await("both ends", () -> notes.size() == 2);
    }
    await("the end", () -> notes.contains("/chat " + DisconnectReason.TRANSPORT_ERROR));
  }

  @Test
  void tellsThatTheClientAnswersNoPing() {
    startWatching(
        builder -> builder.engine(e -> e.pingInterval(moment()).pingTimeout(moment())),
        parley -> {});
    TestClient silent = connect();
    TestClient alive = connect();

    silent.mute();
    bench().pass(moment().multipliedBy(3));

    awaitNotes("/ " + DisconnectReason.PING_TIMEOUT);
    silent.expectEnd();
    assertThat(alive.connected()).isTrue();
  }

  @Test
  void sendsASocketAwayFromItsNamespace() {
    startWatching(
        builder -> {},
        parley -> parley.of("/chat").on("go", (socket, args) -> {
          socket.emit("last words");
          socket.disconnect();
          socket.emit("too late");
        }));
    TestClient chat = connect("/chat");
    TestClient root = chat.of("/");

    chat.emit("go");

    assertThat(chat.expectEnd()).isEqualTo("io server disconnect");
    chat.expect("last words");
    expectNothing(chat);
    awaitNotes("/chat " + DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    assertThat(root.connected()).isTrue();
    assertThat(chat.rejoin().connected()).isTrue();
  }

  @Test
  void closesTheConnectionWithAllItsNamespaces() {
    startWatching(
        builder -> {},
        parley -> parley.of("/chat").on("go", (socket, args) -> socket.disconnect(true)));
    TestClient chat = upgraded(connect("/chat"));
    TestClient root = chat.of("/");

    chat.emit("go");

    assertThat(chat.expectEnd()).isEqualTo("io server disconnect");
    assertThat(root.expectEnd()).isEqualTo("io server disconnect");
    await("both ends", () -> notes.size() == 2);
    assertThat(notes)
        .containsExactlyInAnyOrder(
            "/chat " + DisconnectReason.SERVER_NAMESPACE_DISCONNECT,
            "/ " + DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
    await("the end of the session", () -> server().clientsCount() == 0);
  }

  @Test
  void dropsEventsThatWaitWhenTheServerSendsTheClientAway() {
    startWatching(
        builder -> {},
        parley -> parley.of("/").on("go", (socket, args) -> {
          notes.add("go");
          socket.disconnect();
        }));
    TestClient client = connect();

    client.emit("go");
    client.emit("go");

    client.expectEnd();
    barrier(client);
    awaitNotes("go", "/ " + DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
  }

  @Test
  void tellsAfterTheLastEvent() {
    startWatching(
        builder -> {},
        parley -> parley.of("/").on("say", Integer.class, (socket, n) -> notes.add(n)));
    TestClient client = connect();

    for (int i = 0; i < 5; i++) {
      client.emit("say", i);
    }
    client.disconnect();

    awaitNotes(0, 1, 2, 3, 4, "/ " + DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
  }

  @Test
  void tellsTheRoomsThatTheSocketWasIn() {
    start(parley -> {
      Namespace chat = parley.of("/chat");
      chat.onConnect(socket -> {
        socket.join("a");
        socket.onDisconnect((own, how) -> notes.add("own"));
        socket.emit("ready");
      });
      chat.onDisconnect((socket, how) -> {
        notes.add(how.rooms().equals(Set.of("a", socket.id())));
        notes.add(socket.rooms().isEmpty() && !socket.connected());
      });
    });
    TestClient client = connect("/chat");
    client.expect("ready");

    client.disconnect();

    awaitNotes("own", true, true);
  }

  @Test
  void sendsNothingToASocketThatHasEnded() {
    start(parley -> parley.of("/chat").onCall("leave", (Socket socket, Args args) -> {
      socket.leave(socket.id());
      return socket.id();
    }));
    TestClient client = connect("/chat");
    Socket socket = server().of("/chat").sockets().findFirst().orElseThrow();

    client.disconnect();
    await("the end", () -> !socket.connected());
    socket.emit("too late");
    server().of("/chat").emit("too late");
    socket.disconnect();
    socket.disconnect(false);

    expectNothing(client);
  }

  @Test
  void endsEverythingWhenTheServerCloses() {
    startWatching();
    TestClient chat = upgraded(connect("/chat"));
    TestClient root = upgraded(connect());
    server().of("/chat").emit("last words");

    bench().closeServer(Duration.ofSeconds(5));

    assertThat(chat.expectEnd()).isEqualTo("transport close");
    assertThat(root.expectEnd()).isEqualTo("transport close");
    chat.expect("last words");
    assertThat(notes)
        .contains(
            "/chat " + DisconnectReason.SERVER_SHUTTING_DOWN,
            "/ " + DisconnectReason.SERVER_SHUTTING_DOWN);
    assertThat(server().clientsCount()).isZero();
    assertThat(server().of("/chat").size()).isZero();
  }
}
