package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events, acknowledgements and ends of sockets, where one of the two sides does what it should not. */
class SocketEventsTest {
  private final SocketScene scene = new SocketScene();
  private final Namespace main = scene.server.of("/");
  private final List<Object> heard = new ArrayList<>();

  @Test
  void anEventThatComesBeforeItsHandlerIsRegisteredOnConnectIsHandled() {
    main.onConnect(socket -> socket.on("say", String.class, (from, text) -> heard.add(text)));
    FakeLink link = scene.open("EIO=4");
    link.text("40");
    link.text("42[\"say\",\"early\"]");
    scene.runHandlers();
    assertThat(heard).containsExactly("early");
  }
}
