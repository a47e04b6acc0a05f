package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.DataKey;
import dev.parley.Handshake;
import dev.parley.Namespace;
import dev.parley.Refused;
import dev.parley.RoomListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How clients join namespaces, or are turned away. */
@OverEveryWay
public abstract class ConnectContract extends ServerContract {
  private static final DataKey<String> USER = DataKey.named("user", String.class);
  private static final DataKey<String> DEVICE = DataKey.shared("device", String.class);

  protected ConnectContract(Bench.Starter starter) {
    super(starter);
  }

  @Test
  void joinsSeveralNamespacesOverOneConnection() {
    start(parley -> List.of("/", "/chat", "/news")
        .forEach(name -> parley
            .of(name)
            .onCall("where", String.class, (socket, x) -> socket.namespace().name())));
    TestClient root = connect();

    TestClient chat = root.of("/chat");
    TestClient news = root.of("news");

    assertThat(root.call("where").toList()).containsExactly("/");
    assertThat(chat.call("where").toList()).containsExactly("/chat");
    assertThat(news.call("where").toList()).containsExactly("/news");
    assertThat(server().clientsCount()).isEqualTo(1);
    if (!way.isRevision3()) {
      assertThat(root.id()).hasSize(20).isNotEqualTo(chat.id()).isNotEqualTo(root.sid());
    }
  }

  @Test
  void refusesNamespacesThatDoNotExist() {
    start(parley -> {});
    TestClient client = connect("/nowhere");

    assertThat(client.refused()).isEqualTo(new TestClient.Refusal("Invalid namespace", null));
    assertThat(client.of("/").connected()).isTrue();
  }

  @Test
  void asksEveryCheckInTurn() {
    start(parley -> parley
        .of("/chat")
        .admit(attempt -> notes.add("first"))
        .admit(attempt -> {
          notes.add("second");
          if (!"secret".equals(attempt.auth().text("token"))) {
            throw new Refused("wrong token", Map.of("hint", "token"));
          }
        })
        .admit(attempt -> notes.add("third"))
        .onConnect(socket -> notes.add("connect")));

    TestClient refused = client().connect("/chat", Map.of("token", "x"));
    TestClient admitted = client().connect("/chat", Map.of("token", "secret"));

    assertThat(refused.connected()).isFalse();
    assertThat(refused.refused().data()).isEqualTo(Map.of("hint", "token"));
    if (!way.isRevision3()) {
      assertThat(refused.refused().message()).isEqualTo("wrong token");
    }
    assertThat(admitted.connected()).isTrue();
    awaitNotes("first", "second", "first", "second", "third", "connect");
  }

  @Test
  void saysNothingOfOurInsidesWhenACheckFails() {
    start(parley -> parley.of("/chat").admit(attempt -> {
      throw new IllegalStateException("password of the database");
    }));

    TestClient client = connect("/chat");

    assertThat(client.refused().message()).isNotNull().doesNotContain("database");
    assertThat(client.refused().data()).isNull();
  }

  @Test
  void letsARefusedClientTouchNothing() {
    start(parley -> {
      Namespace chat = parley.of("/chat");
      chat.onRoom(new RoomListener() {
        @Override
        public void onJoin(String room, String socketId) {
          notes.add("joined " + room);
        }
      });
      chat.admit(attempt -> {
        attempt.join("secrets");
        attempt.emit("secret", 1);
        attempt.data(DEVICE, "phone");
        throw new Refused("no");
      });
      chat.onConnect(socket -> notes.add("connect"));
      chat.onDisconnect((socket, how) -> notes.add("disconnect"));
    });
    TestClient client = connect("/chat");

    server().of("/chat").emit("news", 1);
    server().of("/chat").to("secrets").emit("news", 1);

    expectNothing(client);
    assertThat(server().of("/chat").size()).isZero();
    client.close();
    await("the end of the session", () -> server().clientsCount() == 0);
    assertThat(notes).isEmpty();
  }

  @Test
  void mayAskAgainAfterARefusal() {
    start(parley -> parley.of("/chat").admit(attempt -> {
      notes.add(attempt.namespace());
      if (notes.size() == 1) {
        throw new Refused("later");
      }
    }));
    TestClient client = connect("/chat");
    assertThat(client.refused().message()).isEqualTo("later");

    assertThat(client.rejoin().connected()).isTrue();
  }

  @Test
  void handsOverWhatAdmissionPrepared() {
    start(parley -> {
      Namespace chat = parley.of("/chat");
      chat.admit(attempt -> {
        attempt.data(USER, "ada");
        attempt.join("tea", "cake");
        attempt.emit("welcome", attempt.data(USER), attempt.id());
        attempt.emit("more", new byte[] {1});
      });
      chat.onConnect(socket -> {
        socket.emit("connected", socket.data(USER));
        notes.add(socket.rooms().size());
      });
    });

    TestClient client = connect("/chat");

    client.expect("connected");
    assertThat(client.received()).extracting(TestEvent::name).containsExactly("welcome", "more");
    awaitNotes(3);
    server().of("/chat").to("cake").emit("baked");
    client.expect("baked");
  }

  @Test
  void judgesRequestsBeforeThereIsASession() {
    start(
        builder -> builder.engine(engine -> engine.allow(request -> {
          if (!"1".equals(request.query("pass"))) {
            throw new Refused("no pass");
          }
        })),
        parley -> {});

    TestClient refused = connect();
    TestClient admitted = client().query("pass", "1").connect();

    assertThat(refused.ended()).startsWith("refused: 4");
    assertThat(admitted.connected()).isTrue();
  }

  @Test
  void showsTheHandshake() {
    Handshake[] seen = new Handshake[1];
    start(parley -> parley.of("/chat").admit(attempt -> seen[0] = attempt.handshake()));

    client()
        .query("room", "tea & cake")
        .header("X-Test", "yes")
        .header("Cookie", "a=1; b=2")
        .connect("/chat", Map.of("token", "t"));

    Handshake handshake = seen[0];
    assertThat(handshake.query("room")).isEqualTo("tea & cake");
    assertThat(handshake.query("EIO")).isEqualTo(way.isRevision3() ? "3" : "4");
    assertThat(handshake.query("transport"))
        .isEqualTo(
            way == Way.WEBSOCKET || way == Way.WEBSOCKET_OF_REVISION_3 ? "websocket" : "polling");
    assertThat(handshake.headers().first("x-test")).isEqualTo("yes");
    assertThat(handshake.cookie("b")).isEqualTo("2");
    assertThat(handshake.cookie("c")).isNull();
    assertThat(handshake.auth().text("token")).isEqualTo("t");
    assertThat(handshake.auth().text("other")).isNull();
    assertThat(handshake.auth().toMap()).isEqualTo(Map.of("token", "t"));
    assertThat(handshake.auth().as(Token.class)).isEqualTo(new Token("t"));
    assertThat(handshake.address()).isEqualTo("127.0.0.1");
    assertThat(handshake.secure()).isFalse();
    assertThat(handshake.crossDomain()).isFalse();
    assertThat(handshake.url()).startsWith("/socket.io/?").contains("room=tea");
    assertThat(handshake.time()).isBetween(Instant.now().minusSeconds(60), Instant.now());
  }

  record Token(String token) {}

  @Test
  void sharesDataBetweenTheSocketsOfAConnectionOnlyWhenAsked() {
    start(parley -> List.of("/", "/chat")
        .forEach(name -> parley
            .of(name)
            .onConnect(socket -> {
              if (name.equals("/chat")) {
                socket.data(USER, "ada");
                socket.data(DEVICE, "phone");
              }
            })
            .onCall(
                "data", String.class, (socket, x) -> socket.data(USER) + " " + socket.data(DEVICE))
            .on("forget", (socket, x) -> socket.data(DEVICE, null))));
    TestClient chat = connect("/chat");
    TestClient root = chat.of("/");

    assertThat(chat.call("data").toList()).containsExactly("ada phone");
    assertThat(root.call("data").toList()).containsExactly("null phone");
    root.call("forget");
    assertThat(chat.call("data").toList()).containsExactly("ada null");
    assertThat(connect().call("data").toList()).containsExactly("null null");
  }

  @Test
  void endsAConnectionThatJoinsNothing() {
    if (way.isRevision3()) {
      return; // Revision 3 is joined by the server.
    }
    Duration patience = moment();
    start(builder -> builder.connectTimeout(patience), parley -> {});
    TestClient idle = connect("/nowhere");
    TestClient busy = connect();

    bench().pass(patience);

    assertThat(idle.expectEnd()).isEqualTo("transport close");
    assertThat(busy.connected()).isTrue();
  }
}
