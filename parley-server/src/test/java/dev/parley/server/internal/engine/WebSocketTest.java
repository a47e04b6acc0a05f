package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.protocol.engineio.CloseReason;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketTest {
  private final Scene scene = new Scene();

  @Test
  void carriesTextAndBinary() {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text("4hi");
    link.binary((byte) 1, (byte) 2);
    assertThat(scene.owner().drain()).containsExactly("hi", "#0102");
    scene.send("a");
    scene.owner().session.send(List.of(Scene.text("b"), Scene.binary((byte) 3)), false);
    scene.world.run();
    assertThat(link.sent()).containsExactly("4a", "4b", "#03");
  }

  @Test
  void sendsBase64ToAClientThatAskedForIt() {
    FakeLink v4 = scene.webSocket(Scene.WS4 + "&b64=1");
    scene.owner().session.send(Scene.binary((byte) 1, (byte) 2, (byte) 3));
    scene.world.run();
    assertThat(v4.sent()).containsExactly("bAQID");
    FakeLink v3 = scene.webSocket(Scene.WS3 + "&b64=1");
    scene.owner().session.send(Scene.binary((byte) 1, (byte) 2, (byte) 3));
    scene.world.run();
    assertThat(v3.sent()).containsExactly("b4AQID");
  }

  @Test
  void flushesOncePerPass() {
    FakeLink link = scene.webSocket(Scene.WS4);
    int before = link.flushes();
    scene.lane.on(() -> {
      for (int i = 0; i < 10; i++) {
        scene.send("x");
      }
    });
    assertThat(link.sent()).hasSize(10);
    assertThat(link.flushes() - before).isEqualTo(1);
  }

  @Test
  void closesAtAClosePacket() {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text("1");
    assertThat(scene.owner().drain()).containsExactly("closed: transport close");
    assertThat(link.closed()).isEqualTo("1005");
    link.end(1005, null);
    assertThat(scene.engine.sessions()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"abc", "''", "9", "b!"})
  void closesAtAFrameThatIsNoPacket(String frame) {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.text(frame);
    assertThat(scene.owner().drain()).singleElement().asString().startsWith("closed: parse error");
    assertThat(link.closed()).isEqualTo("1005");
  }

  @ParameterizedTest(name = "code {0}, broken {1}")
  @CsvSource({
    "1000,false,transport close",
    "1001,false,transport close",
    "1005,false,transport close",
    "1006,true,'transport error, reset'",
    "1002,true,'transport error, reset'",
    "1009,true,'payload too large, reset'",
    "1009,false,payload too large",
  })
  void tellsHowTheConnectionEnded(int code, boolean broken, String heard) {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.end(code, broken ? new IOException("reset") : null);
    assertThat(scene.owner().drain()).containsExactly("closed: " + heard);
    assertThat(scene.engine.sessions()).isZero();
  }

  @Test
  void closesGracefullyWithAnEmptyCloseFrame() {
    FakeLink link = scene.webSocket(Scene.WS4);
    scene.send("last words");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.world.run();
    assertThat(link.sent()).containsExactly("4last words");
    assertThat(link.closed()).isEqualTo("1005");
    link.end(1005, null);
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
    assertThat(scene.engine.sessions()).isZero();
  }

  @Test
  void sendsWhatWaitsBeforeItCloses() {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.writable(false);
    scene.send("a");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.world.run();
    assertThat(link.closed()).isNull();
    link.writable(true);
    assertThat(link.sent()).containsExactly("4a");
    assertThat(link.closed()).isEqualTo("1005");
  }

  @Test
  void givesUpOnAPeerThatDoesNotTakeTheRest() {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.writable(false);
    scene.send("a");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.advance(30_000);
    assertThat(link.closed()).isEqualTo("aborted");
    assertThat(scene.engine.sessions()).isZero();
    link.end(1006, null);
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
  }

  @Test
  void canCutAGracefulCloseShort() {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.writable(false);
    scene.send("a");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.owner().session.close(CloseReason.SERVER_SHUTTING_DOWN, null, true);
    scene.world.run();
    assertThat(link.closed()).isEqualTo("aborted");
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
  }

  @Test
  void queuesForASlowReaderAndSaysWhenItHasCaughtUp() {
    FakeLink link = scene.webSocket(Scene.WS4);
    Session session = scene.owner().session;
    assertThat(session.writable()).isTrue();
    link.writable(false);
    scene.send("abc");
    scene.send("d");
    scene.world.run();
    assertThat(session.writable()).isFalse();
    assertThat(session.queuedBytes()).isEqualTo(6);
    session.send(List.of(Scene.text("dropped")), true);
    link.writable(true);
    assertThat(link.sent()).containsExactly("4abc", "4d");
    assertThat(session.queuedBytes()).isZero();
    assertThat(session.writable()).isTrue();
    assertThat(scene.owner().drain()).containsExactly("writable");
  }

  @Test
  void closesASlowReaderAtTheLimit() {
    Scene scene = new Scene(EngineOptions.defaults(), Limits.defaults().maxQueuedBytes(1024));
    FakeLink link = scene.webSocket(Scene.WS4);
    link.writable(false);
    scene.send("x".repeat(600));
    scene.send("x".repeat(600));
    scene.send("never sent");
    scene.world.run();
    assertThat(scene.owner().drain()).containsExactly("closed: queue overflow");
    assertThat(link.closed()).isEqualTo("aborted");
    assertThat(scene.engine.sessions()).isZero();
    assertThat(scene.owner().session.queuedBytes()).isZero();
  }

  @Test
  void stopsReadingWhenToldTo() {
    FakeLink link = scene.webSocket(Scene.WS4);
    scene.lane.on(() -> scene.owner().session.reading(false));
    assertThat(link.isReading()).isFalse();
    scene.lane.on(() -> scene.owner().session.reading(true));
    assertThat(link.isReading()).isTrue();
  }

  @Test
  void pingsAndClosesWithoutAPong() {
    FakeLink link = scene.webSocket(Scene.WS4);
    scene.advance(25_000);
    assertThat(link.sent()).containsExactly("2");
    link.text("3");
    scene.advance(25_000);
    assertThat(link.sent()).containsExactly("2");
    scene.advance(19_999);
    assertThat(scene.owner().drain()).isEmpty();
    scene.advance(1);
    assertThat(scene.owner().drain()).containsExactly("closed: ping timeout");
    assertThat(link.closed()).isEqualTo("1005");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({Scene.WS4 + ",2", Scene.WS3 + ",3"})
  void closesAtAHeartbeatOfTheWrongDirection(String target, String frame) {
    FakeLink link = scene.webSocket(target);
    link.text(frame);
    assertThat(scene.owner().drain())
        .containsExactly("closed: transport error, invalid heartbeat direction");
    assertThat(link.closed()).isEqualTo("1005");
  }

  @Test
  void answersTheProbeOfRevision3OnTheMainTransport() {
    FakeLink link = scene.webSocket(Scene.WS3);
    link.text("2probe");
    assertThat(link.sent()).containsExactly("3");
  }

  @Test
  void passesItsSettingsToTheHost() {
    Scene scene = new Scene(EngineOptions.defaults().maxPayload(5000).perMessageDeflate(2048));
    FakeExchange exchange = scene.upgrade(Scene.WS4);
    assertThat(exchange.settings().maxMessageBytes()).isEqualTo(5000);
    assertThat(exchange.settings().deflate()).isNotNull();
    assertThat(exchange.settings().deflate().thresholdBytes()).isEqualTo(2048);
    assertThat(this.scene.upgrade(Scene.WS4).settings().deflate()).isNull();
  }

  @Test
  void hearsNothingAfterTheEnd() {
    FakeLink link = scene.webSocket(Scene.WS4);
    link.end(1000, null);
    scene.owner().drain();
    link.text("4late");
    scene.send("late");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.advance(100_000);
    assertThat(scene.owner().drain()).isEmpty();
    assertThat(link.sent()).isEmpty();
  }

  @Test
  void ticksTheOwnerAtItsDeadline() {
    scene.webSocket(Scene.WS4);
    Recorder owner = scene.owner();
    scene.lane.on(() -> {
      owner.deadline = scene.lane.nanoTime() + 5_000_000_000L;
      owner.session.rescheduled();
    });
    scene.advance(4_999);
    assertThat(owner.drain()).isEmpty();
    scene.advance(1);
    assertThat(owner.drain()).containsExactly("tick");
  }
}
