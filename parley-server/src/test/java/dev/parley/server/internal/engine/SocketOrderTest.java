package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import dev.parley.RoomListener;
import dev.parley.Socket;
import org.junit.jupiter.api.Test;

/** What one thread does to a socket reaches the client in the order of the calls. */
class SocketOrderTest {
  private final SocketScene scene = new SocketScene();
  private final Namespace main = scene.server.of("/");

  private Socket socket() {
    return main.sockets().findFirst().orElseThrow();
  }

  @Test
  void anEventThatAsksForAnAckIsNotOvertakenByTheNextOne() {
    FakeLink link = scene.join("/");
    socket().emitWithAck("first");
    socket().emit("second");
    scene.world.run();
    assertThat(link.sent()).containsExactly("420[\"first\"]", "42[\"second\"]");
  }

  @Test
  void anAckDoesNotOvertakeABroadcastOfItsHandler() {
    main.onCall("say", String.class, (socket, text) -> {
      main.emit("said", text);
      return "ok";
    });
    FakeLink link = scene.join("/");
    link.text("421[\"say\",\"a\"]");
    link.text("422[\"say\",\"b\"]");
    while (!scene.handlers.isEmpty()) {
      scene.handlers.remove().run();
    }
    scene.world.run();
    assertThat(link.sent())
        .containsExactly("42[\"said\",\"a\"]", "431[\"ok\"]", "42[\"said\",\"b\"]", "432[\"ok\"]");
  }

  @Test
  void aBroadcastFromTheLaneKeepsItsPlace() {
    main.nonBlocking().on("say", String.class, (socket, text) -> {
      socket.emit("one");
      main.emit("two");
      socket.emitWithAck("three");
      main.emit("four");
    });
    FakeLink link = scene.join("/");
    link.text("42[\"say\",\"a\"]");
    assertThat(link.sent())
        .containsExactly("42[\"one\"]", "42[\"two\"]", "420[\"three\"]", "42[\"four\"]");
  }

  @Test
  void nothingGoesOutBeforeTheConnectAndItsGreeting() {
    main.admit(attempt -> attempt.emit("greeting"));
    main.onRoom(new RoomListener() {
      @Override
      public void onJoin(String room, String socketId) {
        // As another thread would that finds the socket as soon as it is there.
        socket().emit("early");
      }
    });
    FakeLink link = scene.open("EIO=4");
    link.text("40");
    scene.runHandlers();
    assertThat(link.sent())
        .satisfiesExactly(
            connect -> assertThat(connect).startsWith("40{"),
            greeting -> assertThat(greeting).isEqualTo("42[\"greeting\"]"),
            early -> assertThat(early).isEqualTo("42[\"early\"]"));
  }
}
