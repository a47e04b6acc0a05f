package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Args;
import dev.parley.Broadcast;
import dev.parley.Namespace;
import dev.parley.RemoteSocket;
import dev.parley.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whom a broadcast reaches, and that it reaches each of them once. */
@OverEveryWay
public abstract class BroadcastContract extends ServerContract {
  private Namespace chat;

  protected BroadcastContract(Bench.Starter starter) {
    super(starter);
  }

  private void startChat() {
    start(parley -> {
      chat = parley.of("/chat");
      chat.onCall("join", (Socket socket, Args rooms) -> {
        socket.join(rooms.toList().toArray(String[]::new));
        return socket.id();
      });
    });
  }

  private TestClient member(String... rooms) {
    TestClient client = connect("/chat");
    client.call("join", (Object[]) rooms);
    return client;
  }

  private static String id(TestClient client) {
    return client.call("join").get(0, String.class);
  }

  private void expectOnce(String event, TestClient... clients) {
    for (TestClient client : clients) {
      client.expect(event);
      expectNothing(client);
    }
  }

  private void expectNothingAt(TestClient... clients) {
    for (TestClient client : clients) {
      expectNothing(client);
    }
  }

  @Test
  void reachesEverybodyOfANamespace() {
    startChat();
    TestClient one = member();
    TestClient two = member();
    TestClient elsewhere = connect();

    chat.emit("news", 1);

    expectOnce("news", one, two);
    expectNothingAt(elsewhere);
  }

  @Test
  void leavesOutTheSenderAndNotThoseInItsOwnRoom() {
    start(parley -> {
      chat = parley.of("/chat");
      chat.onCall("join", (Socket socket, Args rooms) -> {
        socket.join(rooms.toList().toArray(String[]::new));
        return socket.id();
      });
      chat.on("say", (socket, args) -> {
        socket.broadcast().emit("to all others");
        socket.to("desk").emit("to the desk");
        socket.to(socket.id()).emit("to my room");
      });
    });
    TestClient sender = member("desk");
    TestClient watcher = member("desk", id(sender));

    sender.emit("say");

    for (String event : List.of("to all others", "to the desk", "to my room")) {
      watcher.expect(event);
    }
    expectNothingAt(watcher, sender);
  }

  @Test
  void reachesTheUnionOfRoomsOnceEach() {
    startChat();
    TestClient a = member("a");
    TestClient ab = member("a", "b");
    TestClient b = member("b");
    TestClient none = member();

    chat.to("a").in("b").to("a", "empty").emit("news");

    expectOnce("news", a, ab, b);
    expectNothingAt(none);
  }

  @Test
  void leavesOutRoomsAndIds() {
    startChat();
    TestClient a = member("a");
    TestClient ab = member("a", "b");
    TestClient c = member("c");
    TestClient none = member();

    chat.except("b").except(id(c)).emit("all but b");
    expectOnce("all but b", a, none);
    expectNothingAt(ab, c);

    chat.to("a", "c").except("b").emit("a and c but b");
    expectOnce("a and c but b", a, c);
    expectNothingAt(ab, none);
  }

  @Test
  void reachesOneSocketByItsId() {
    startChat();
    TestClient one = member("a");
    TestClient two = member("a");

    chat.to(id(one)).emit("for you");
    chat.to(id(one), "a").emit("for both");

    one.expect("for you");
    expectOnce("for both", one, two);
  }

  @Test
  void leavesOutTheSender() {
    start(parley -> {
      chat = parley.of("/chat");
      chat.onCall("go", (Socket socket, Args args) -> {
        socket.join("room");
        socket.to("room").emit("to room");
        socket.broadcast().emit("to others");
        socket.except("room").emit("but room");
        socket.to(socket.id()).emit("to myself");
        socket.in("room").except("nobody").emit("in room");
        return null;
      });
    });
    TestClient other = connect("/chat");
    TestClient sender = connect("/chat");

    sender.call("go");

    barrier(other);
    assertThat(other.received())
        .extracting(TestEvent::name)
        .containsExactly("to others", "but room");
    expectNothing(sender);
  }

  @Test
  void doesNotChangeAnOperatorThatIsKept() {
    startChat();
    TestClient a = member("a");
    TestClient b = member("b");
    Broadcast everybody = chat.compress(false).local();
    Broadcast onlyA = everybody.to("a");
    onlyA.to("b").except("a").emit("unused");
    barrier(a);
    barrier(b);
    a.received();
    b.received();

    onlyA.compress(true).emit("to a");
    chat.local().emit("to all");

    a.expect("to a");
    a.expect("to all");
    expectOnce("to all", b);
  }

  @Test
  void keepsTheOrderOfBroadcastsAndEmits() {
    startChat();
    TestClient client = member("a");
    Socket socket = chat.socket(id(client)).orElseThrow();

    for (int i = 0; i < 30; i += 3) {
      socket.emit("n", i);
      chat.emit("n", i + 1);
      chat.to("a").emit("n", i + 2);
    }

    barrier(client);
    assertThat(client.received())
        .extracting(event -> event.as(Integer.class))
        .isSorted()
        .hasSize(30);
  }

  @Test
  void carriesBytesToEverybody() {
    startChat();
    TestClient one = member();
    TestClient two = member();

    chat.emit("bytes", List.of(new byte[] {1, 2}), new byte[] {3});

    for (TestClient client : List.of(one, two)) {
      TestEvent event = client.expect("bytes");
      assertThat((byte[]) ((List<?>) event.toList().get(0)).get(0)).containsExactly(1, 2);
      assertThat((byte[]) event.toList().get(1)).containsExactly(3);
    }
  }

  @Test
  void fetchesSocketsThatCanBeUsed() {
    startChat();
    TestClient a = member("a");
    member("b");

    List<RemoteSocket> found = chat.in("a").fetchSockets().join();

    assertThat(found).hasSize(1);
    RemoteSocket socket = found.get(0);
    assertThat(socket.id()).isEqualTo(id(a));
    assertThat(socket.rooms()).containsExactlyInAnyOrder("a", socket.id());
    socket.emit("hello");
    a.expect("hello");
    a.onAsk("ask", args -> "answer");
    CompletableFuture<Args> answer = socket.emitWithAck("ask");
    await("the answer", answer::isDone);
    assertThat(answer.join().toList()).containsExactly("answer");
    assertThat(chat.fetchSockets().join()).hasSize(2);
    assertThat(chat.except("a").fetchSockets().join()).hasSize(1);
  }

  @Test
  void movesSocketsBetweenRooms() {
    startChat();
    TestClient a = member("a");
    TestClient b = member("b");

    chat.in("a").socketsJoin("x", "y");
    chat.to("x").emit("to x");
    expectOnce("to x", a);
    expectNothingAt(b);

    chat.socketsLeave("x", "b");
    chat.to("x", "b").emit("to nobody");
    expectNothingAt(a, b);
    assertThat(chat.sockets("y")).containsExactly(id(a));
  }

  @Test
  void sendsSocketsAway() {
    startChat();
    TestClient a = member("a");
    TestClient b = member("b");
    TestClient c = member("c");

    chat.in("a").disconnectSockets(false);
    chat.in("b").disconnectSockets(true);

    assertThat(a.expectEnd()).isEqualTo("io server disconnect");
    assertThat(a.of("/").connected()).isTrue();
    assertThat(b.expectEnd()).isEqualTo("io server disconnect");
    await("the end of the connection", () -> server().clientsCount() == 2);
    assertThat(c.connected()).isTrue();
  }

  @Test
  void deliversVolatileEventsToClientsThatAreReady() {
    startChat();
    TestClient client = member();
    Socket socket = chat.socket(id(client)).orElseThrow();
    await("a client that is ready", socket::writable);

    socket.asVolatile().emit("maybe", 1);

    client.expect("maybe");
    await("a client that is ready", socket::writable);
    chat.asVolatile().emit("maybe", 2);
    client.expect("maybe");
  }

  @Test
  void knowsItsSocketsAndRooms() {
    startChat();
    TestClient a = member("a", "b");

    assertThat(chat.size()).isEqualTo(1);
    assertThat(chat.sockets().map(Socket::id)).containsExactly(id(a));
    assertThat(chat.rooms()).isEqualTo(Set.of("a", "b"));
    assertThat(chat.sockets("a")).containsExactly(id(a));
    assertThat(chat.sockets("nobody's")).isEmpty();
    assertThat(chat.socket("nobody")).isEmpty();
  }
}
