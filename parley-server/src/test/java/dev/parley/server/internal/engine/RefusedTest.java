package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.DataKey;
import dev.parley.Namespace;
import dev.parley.Refused;
import dev.parley.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A client that is refused triggers nothing and leaves nothing behind. */
class RefusedTest {
  private final List<String> announced = new ArrayList<>();
  private final SocketScene scene =
      new SocketScene(builder -> builder.onNamespace(made -> announced.add(made.name())));

  @Test
  void sharesNoDataWithItsOtherSockets() {
    DataKey<String> user = DataKey.shared("user", String.class);
    scene.server.of("/admin").admit(attempt -> {
      attempt.data(user, "root");
      if (attempt.auth().text("token") == null) {
        throw new Refused("no");
      }
    });
    FakeLink link = scene.join("/");
    Socket socket = scene.server.of("/").sockets().findFirst().orElseThrow();
    link.text("40/admin,");
    scene.runHandlers();
    assertThat(socket.data(user)).isNull();
    link.text("40/admin,{\"token\":\"x\"}");
    scene.runHandlers();
    assertThat(socket.data(user)).isEqualTo("root");
  }

  @Test
  void makesNoDynamicNamespace() {
    scene.server.of(Pattern.compile("/room-.*")).admit(attempt -> {
      throw new Refused("no");
    });
    FakeLink link = scene.join("/room-1");
    assertThat(announced).isEmpty();
    assertThat(scene.server.namespaces().map(Namespace::name)).containsExactly("/");
    link.text("40/room-2,");
    scene.runHandlers();
    assertThat(link.sent()).containsExactly("44/room-2,{\"message\":\"no\"}");
  }

  @Test
  void keepsADynamicNamespaceThatSomebodyWasIn() {
    scene.server.of(Pattern.compile("/room-.*"));
    FakeLink link = scene.join("/room-1");
    link.text("41/room-1,");
    scene.join("/room-1");
    assertThat(announced).containsExactly("/room-1");
    assertThat(scene.server.namespaces().map(Namespace::name))
        .containsExactlyInAnyOrder("/", "/room-1");
  }
}
