package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
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
}
