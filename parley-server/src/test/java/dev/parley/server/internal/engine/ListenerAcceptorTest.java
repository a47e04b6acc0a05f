package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineListener;
import dev.parley.EngineSocket;
import dev.parley.Limits;
import dev.parley.TransportType;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.internal.ListenerAcceptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Plain Engine.IO, as its users see it. */
class ListenerAcceptorTest {
  private final List<String> heard = new ArrayList<>();
  private boolean nonBlocking;
  private @Nullable EngineSocket socket;

  private final EngineListener listener = new EngineListener() {
    @Override
    public void onOpen(EngineSocket opened) {
      socket = opened;
      heard.add("open");
    }

    @Override
    public void onMessage(EngineSocket from, String text) throws Exception {
      heard.add(text);
      if (text.equals("fail")) {
        throw new java.io.IOException("expected in the log");
      }
      from.send(text);
    }

    @Override
    public void onMessage(EngineSocket from, byte[] data) {
      heard.add(data.length + " bytes");
      from.send(data);
    }

    @Override
    public void onClose(EngineSocket from, CloseReason reason, @Nullable Throwable cause) {
      heard.add(reason.text());
    }

    @Override
    public boolean nonBlocking() {
      return nonBlocking;
    }
  };

  private Scene scene() {
    Limits limits = Limits.defaults().maxQueuedEvents(4);
    return new Scene(new ListenerAcceptor(listener, limits));
  }

  @Test
  void callsTheListenerInOrderOnHandlerThreads() {
    Scene scene = scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text("4a");
    link.binary((byte) 7);
    link.end(1000, null);
    assertThat(heard).isEmpty();
    assertThat(scene.handlers).hasSize(1);
    scene.runHandlers();
    assertThat(heard).containsExactly("open", "a", "1 bytes", "transport close");
  }

  @Test
  void echoes() {
    Scene scene = scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text("4a");
    link.binary((byte) 7);
    scene.runHandlers();
    assertThat(link.sent()).containsExactly("4a", "#07");
  }

  @Test
  void callsANonBlockingListenerOnTheLane() {
    nonBlocking = true;
    Scene scene = scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text("4a");
    assertThat(link.sent()).containsExactly("4a");
    assertThat(scene.handlers).isEmpty();
  }

  @Test
  void closesNothingWhenTheListenerThrows() {
    Scene scene = scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text("4fail");
    link.text("4next");
    scene.runHandlers();
    assertThat(heard).containsExactly("open", "fail", "next");
    assertThat(link.closed()).isNull();
  }

  @Test
  void stopsReadingWhileTheListenerIsBehind() {
    Scene scene = scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    for (int i = 0; i < 6; i++) {
      link.text("4m" + i);
    }
    assertThat(link.isReading()).isFalse();
    scene.runHandlers();
    assertThat(link.isReading()).isTrue();
    assertThat(heard).containsExactly("open", "m0", "m1", "m2", "m3", "m4", "m5");
  }

  @Test
  void tellsAboutTheClient() {
    Scene scene = scene();
    FakeExchange exchange = scene.upgrade(Scene.WS3);
    String sid = Scene.sid(exchange.link().sent().get(0));
    scene.runHandlers();
    EngineSocket client = socket;
    assertThat(client).isNotNull();
    assertThat(client.id()).isNotEmpty().isNotEqualTo(sid).isEqualTo(client.id());
    assertThat(client.revision()).isEqualTo(Revision.V3);
    assertThat(client.transport()).isEqualTo(TransportType.WEBSOCKET);
    assertThat(client.request().query("EIO")).isEqualTo("3");
    assertThat(client.remoteAddress()).isEqualTo("203.0.113.7");
    assertThat(client.secure()).isFalse();
    assertThat(client.isOpen()).isTrue();
    assertThat(client.writable()).isTrue();
    assertThat(client.queuedBytes()).isZero();
    assertThat(client.toString()).doesNotContain(sid);
  }

  @Test
  void closesAfterWhatWasSentBefore() {
    Scene scene = scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    scene.runHandlers();
    EngineSocket client = socket;
    assertThat(client).isNotNull();
    client.send("last");
    client.close();
    client.send("too late");
    scene.world.run();
    scene.runHandlers();
    assertThat(link.sent()).containsExactly("4last");
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(heard).containsExactly("open", "forced close");
    assertThat(client.isOpen()).isFalse();
  }
}
