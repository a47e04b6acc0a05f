package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.Refused;
import dev.parley.protocol.engineio.CloseReason;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The user's check, limits and the end of the service. */
class AdmissionTest {
  @ParameterizedTest
  @ValueSource(strings = {Scene.V4, Scene.WS4})
  void asksOnAHandlerThreadBeforeThereIsASession(String target) {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {}));
    FakeExchange exchange = target.equals(Scene.WS4) ? scene.upgrade(target) : scene.get(target);
    assertThat(exchange.answered()).isFalse();
    assertThat(scene.owners).isEmpty();
    scene.runHandlers();
    assertThat(scene.owners).hasSize(1);
  }

  @Test
  void refusesWithTheUsersMessage() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {
      throw new Refused("no \"luck\"\n");
    }));
    FakeExchange polling = scene.get(Scene.V4);
    FakeExchange webSocket = scene.upgrade(Scene.WS4);
    scene.runHandlers();
    assertThat(polling.outcome())
        .isEqualTo("403 {\"code\":4,\"message\":\"no \\\"luck\\\"\\u000a\"}");
    assertThat(webSocket.outcome()).isEqualTo("400 no \"luck\"");
    assertThat(scene.owners).isEmpty();
    assertThat(scene.errors).hasSize(2).allMatch(error -> error.code() == 4);
  }

  @Test
  void saysNothingOfAnExceptionOfTheCheck() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {
      throw new java.io.IOException("expected in the log");
    }));
    FakeExchange answer = scene.get(Scene.V4);
    scene.runHandlers();
    assertThat(answer.outcome()).isEqualTo("403 {\"code\":4,\"message\":\"Forbidden\"}");
  }

  @Test
  void asksBeforeItLooksAtTheRevision() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {
      throw new Refused("no");
    }));
    FakeExchange answer = scene.get("/engine.io/?EIO=9&transport=polling");
    scene.runHandlers();
    assertThat(answer.outcome()).contains("\"code\":4");
  }

  @Test
  void asksForUpgradesThatNameASession() {
    boolean[] open = {true};
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {
      if (!open[0]) {
        throw new Refused("closed");
      }
    }));
    FakeExchange handshake = scene.get(Scene.V4);
    scene.runHandlers();
    String sid = Scene.sid(handshake.text());
    open[0] = false;
    FakeExchange upgrade = scene.upgrade(Scene.WS4 + "&sid=" + sid);
    scene.runHandlers();
    assertThat(upgrade.outcome()).isEqualTo("400 closed");
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @Test
  void doesNotAskForPollsOfASession() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {}));
    FakeExchange handshake = scene.get(Scene.V4);
    scene.runHandlers();
    scene.get(Scene.V4 + "&sid=" + Scene.sid(handshake.text()));
    assertThat(scene.handlers).isEmpty();
  }

  @Test
  void looksAgainAtTheSessionAfterTheCheck() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {}));
    FakeExchange handshake = scene.get(Scene.V4);
    scene.runHandlers();
    FakeExchange upgrade = scene.upgrade(Scene.WS4 + "&sid=" + Scene.sid(handshake.text()));
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, true);
    scene.world.run();
    scene.runHandlers();
    assertThat(upgrade.outcome()).isEqualTo("400 Session ID unknown");
  }

  @Test
  void opensNothingForAClientThatWentAwayMeanwhile() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {}));
    FakeExchange handshake = scene.get(Scene.V4);
    handshake.disconnect();
    scene.runHandlers();
    assertThat(scene.owners).isEmpty();
  }

  @Test
  void boundsTheSessions() {
    Scene scene = new Scene(EngineOptions.defaults(), Limits.defaults().maxSessions(2));
    FakeLink first = scene.webSocket(Scene.WS4);
    scene.handshake(Scene.V4);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(503);
    assertThat(scene.upgrade(Scene.WS4).outcome()).isEqualTo("503 Service unavailable");
    first.end(1000, null);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
  }

  @Test
  void settlesHandshakesThatPassTheCheckTogether() {
    Scene scene = new Scene(
        EngineOptions.defaults().allow(request -> {}), Limits.defaults().maxSessions(1));
    FakeExchange polling = scene.get(Scene.V4);
    FakeExchange webSocket = scene.upgrade(Scene.WS4);
    scene.runHandlers();
    assertThat(polling.status()).isEqualTo(200);
    assertThat(webSocket.outcome()).startsWith("503");
    assertThat(scene.engine.sessions()).isEqualTo(1);
  }

  @Test
  void boundsTheSessionsOfAnAddress() {
    Scene scene = new Scene(EngineOptions.defaults(), Limits.defaults().maxSessionsPerAddress(1));
    FakeLink first = scene.webSocket(Scene.WS4);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(429);
    scene.address = "203.0.113.8";
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    first.end(1000, null);
    scene.address = "203.0.113.7";
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
  }

  @Test
  void boundsTheHandshakesOfAnAddress() {
    Scene scene = new Scene(EngineOptions.defaults(), Limits.defaults().maxHandshakesPerSecond(2));
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    FakeExchange third = scene.get(Scene.V4);
    assertThat(third.outcome()).isEqualTo("429 {\"code\":3,\"message\":\"Too many requests\"}");
    scene.advance(500);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(429);
    scene.advance(60_000);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    assertThat(scene.get(Scene.V4).status()).isEqualTo(429);
  }

  @Test
  void countsTheAddressThatATrustedProxyNames() {
    Scene scene = new Scene(
        EngineOptions.defaults().trustForwarded(true), Limits.defaults().maxSessionsPerAddress(1));
    String forged = "198.51.100.1";
    assertThat(scene.get(Scene.V4, "X-Forwarded-For", forged + ", 10.0.0.1").status())
        .isEqualTo(200);
    assertThat(scene.owner().session.remoteAddress()).isEqualTo("10.0.0.1");
    assertThat(scene.get(Scene.V4, "X-Forwarded-For", "198.51.100.2, 10.0.0.1").status())
        .isEqualTo(429);
    assertThat(scene.get(Scene.V4, "X-Forwarded-For", "[2001:db8::1]:443").status())
        .isEqualTo(200);
    assertThat(scene.owner().session.remoteAddress()).isEqualTo("2001:db8::1");
    assertThat(scene.owner().session.secure()).isFalse();
    scene.get(Scene.V4, "X-Forwarded-For", "10.0.0.2:81", "X-Forwarded-Proto", "https");
    assertThat(scene.owner().session.remoteAddress()).isEqualTo("10.0.0.2");
    assertThat(scene.owner().session.secure()).isTrue();
  }

  @Test
  void believesNoProxyByDefault() {
    Scene scene = new Scene();
    scene.get(Scene.V4, "X-Forwarded-For", "10.0.0.1", "X-Forwarded-Proto", "https");
    assertThat(scene.owner().session.remoteAddress()).isEqualTo("203.0.113.7");
    assertThat(scene.owner().session.secure()).isFalse();
  }

  @Test
  void endsEverySessionWhenItCloses() {
    Scene scene = new Scene();
    FakeLink link = scene.webSocket(Scene.WS4);
    Recorder webSocket = scene.owner();
    String target = scene.handshake(Scene.V4);
    scene.send("last words");
    CompletableFuture<Void> closed = scene.engine.close();
    scene.world.run();
    assertThat(scene.get(Scene.V4).outcome()).startsWith("503");
    assertThat(webSocket.drain()).containsExactly("closed: server shutting down");
    assertThat(scene.owner().drain()).containsExactly("closed: server shutting down");
    assertThat(link.closed()).isEqualTo("1005");
    link.end(1005, null);
    assertThat(closed).isNotDone();
    assertThat(scene.get(target).text()).isEqualTo("4last words");
    assertThat(closed).isNotDone();
    assertThat(scene.get(target).text()).isEqualTo("6\u001e1");
    assertThat(closed).isDone();
  }

  @Test
  void closesAtOnceWithoutSessions() {
    assertThat(new Scene().engine.close()).isDone();
  }

  @Test
  void opensNothingThatWasAllowedDuringTheClose() {
    Scene scene = new Scene(EngineOptions.defaults().allow(request -> {}));
    FakeExchange handshake = scene.get(Scene.V4);
    scene.engine.close();
    scene.runHandlers();
    assertThat(handshake.status()).isEqualTo(503);
  }

  @Test
  void refusesAWebSocketThatOpensDuringTheClose() {
    Scene scene = new Scene();
    FakeLink[] link = new FakeLink[1];
    scene.lane.enter(() -> {
      FakeExchange exchange = new FakeExchange(
          new dev.parley.http.HttpRequest(
              "GET",
              Scene.WS4,
              dev.parley.http.Headers.of("Connection", "Upgrade", "Upgrade", "websocket"),
              new java.net.InetSocketAddress("127.0.0.1", 1),
              false),
          scene.lane,
          new byte[0]);
      scene.engine.onRequest(exchange);
      link[0] = exchange.link();
    });
    CompletableFuture<Void> closed = scene.engine.close();
    scene.world.run();
    assertThat(link[0].closed()).isEqualTo("1005");
    assertThat(scene.owner().drain()).containsExactly("closed: server shutting down");
    link[0].end(1005, null);
    assertThat(scene.engine.sessions()).isZero();
    assertThat(closed).isDone();
  }
}
