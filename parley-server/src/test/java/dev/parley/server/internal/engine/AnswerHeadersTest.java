package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Cookie;
import dev.parley.EngineOptions;
import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.Outgoing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cookies, hooks and compression. */
class AnswerHeadersTest {
  @Test
  void setsTheCookieOnBothTransportsAndOnlyOnce() {
    Scene scene = new Scene(EngineOptions.defaults().cookie(Cookie.named("io")));
    FakeExchange polling = scene.get(Scene.V4);
    String sid = Scene.sid(polling.text());
    assertThat(polling.header("Set-Cookie"))
        .isEqualTo("io=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
    assertThat(scene.post(Scene.V4 + "&sid=" + sid, "4a").header("Set-Cookie")).isNull();
    FakeExchange upgrade = scene.upgrade(Scene.WS4 + "&sid=" + sid);
    assertThat(upgrade.settings().headers().has("Set-Cookie")).isFalse();
    FakeExchange webSocket = scene.upgrade(Scene.WS4);
    assertThat(webSocket.settings().headers().first("Set-Cookie"))
        .isEqualTo(
            "io=" + Scene.sid(webSocket.link().sent().get(0)) + "; Path=/; HttpOnly; SameSite=Lax");
  }

  @Test
  void writesEveryAttributeOfTheCookie() {
    Cookie cookie = new Cookie("id", "/app", false, true, "None", Duration.ofHours(1));
    Scene scene = new Scene(EngineOptions.defaults().cookie(cookie));
    assertThat(scene.get(Scene.V4).header("Set-Cookie"))
        .matches("id=[^;]{20}; Max-Age=3600; Path=/app; Secure; SameSite=None");
  }

  @Test
  void ignoresACookieThatAClientBrings() {
    Scene scene = new Scene(EngineOptions.defaults().cookie(Cookie.named("io")));
    String known = Scene.sid(scene.get(Scene.V4).text());
    assertThat(Scene.sid(scene.get(Scene.V4, "Cookie", "io=" + known).text())).isNotEqualTo(known);
  }

  @Test
  void addsTheUsersHeaders() {
    Scene scene = new Scene(EngineOptions.defaults()
        .initialHeaders(request -> Headers.of("X-First", "1"))
        .headers(request -> Headers.of("X-All", request.method())));
    FakeExchange open = scene.get(Scene.V4);
    assertThat(open.header("X-First")).isEqualTo("1");
    assertThat(open.header("X-All")).isEqualTo("GET");
    FakeExchange post = scene.post(Scene.V4 + "&sid=" + Scene.sid(open.text()), "4a");
    assertThat(post.header("X-First")).isNull();
    assertThat(post.header("X-All")).isEqualTo("POST");
    assertThat(scene.get("/engine.io/?EIO=4").header("X-All")).isEqualTo("GET");
    Headers webSocket = scene.upgrade(Scene.WS4).settings().headers();
    assertThat(webSocket.first("X-First")).isEqualTo("1");
    assertThat(webSocket.first("X-All")).isEqualTo("GET");
  }

  @Test
  void goesOnWhenAHookIsBroken() {
    Scene scene = new Scene(EngineOptions.defaults().headers(request -> {
      throw new IllegalStateException("expected in the log");
    }));
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/4.0 (compatible;MSIE 8.0)",
        "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)"
      })
  void turnsTheFilterOfOldExplorersOff(String agent) {
    assertThat(new Scene().get(Scene.V4, "User-Agent", agent).header("X-XSS-Protection"))
        .isEqualTo("0");
  }

  @Test
  void leavesOtherBrowsersTheirFilter() {
    assertThat(new Scene().get(Scene.V4, "User-Agent", "Firefox").header("X-XSS-Protection"))
        .isNull();
  }

  @ParameterizedTest(name = "Accept-Encoding: {0}")
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
      gzip                     | gzip
      deflate                  | deflate
      gzip, deflate, br        | gzip
      GZIP                     | gzip
      deflate, gzip;q=0.5      | deflate
      gzip;q=0.8,deflate;q=0.8 | gzip
      gzip;q=0, deflate        | deflate
      gzip;q=0                 | -
      *                        | gzip
      *;q=0.1, gzip;q=0        | deflate
      identity                 | -
      br                       | -
      gzip;q=x                 | -
      -                        | -
      """)
  void choosesTheCodingThatTheClientLikes(String accepted, String coding) {
    Compression chosen = Compression.choose(accepted);
    assertThat(chosen == null ? null : chosen.coding()).isEqualTo(coding);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void compressesLongAnswers(String coding) throws IOException {
    Scene scene = new Scene();
    FakeExchange poll = scene.get(scene.handshake(Scene.V4), "Accept-Encoding", coding);
    String text = "x".repeat(1023);
    scene.send(text);
    scene.world.run();
    assertThat(poll.header("Content-Encoding")).isEqualTo(coding);
    assertThat(poll.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(inflate(coding, poll.response().body())).isEqualTo("4" + text);
  }

  private static String inflate(String coding, byte[] body) throws IOException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(body);
    try (var stream =
        coding.equals("gzip") ? new GZIPInputStream(bytes) : new InflaterInputStream(bytes)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void compressesVeryLongAnswersOffTheLane() throws IOException {
    Scene scene = new Scene();
    FakeExchange poll = scene.get(scene.handshake(Scene.V4), "Accept-Encoding", "gzip");
    String text = "x".repeat(100_000);
    scene.send(text);
    scene.world.run();
    assertThat(poll.answered()).isFalse();
    scene.runHandlers();
    assertThat(inflate("gzip", poll.response().body())).isEqualTo("4" + text);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "too short,1024,1022,gzip,true",
    "turned off,-1,5000,gzip,true",
    "the client cannot,1024,5000,br,true",
    "the packet must not,1024,5000,gzip,false",
  })
  void sendsOtherAnswersAsTheyAre(
      String name, int threshold, int length, String accepted, boolean compress) {
    Scene scene = new Scene(EngineOptions.defaults().httpCompression(threshold));
    FakeExchange poll = scene.get(scene.handshake(Scene.V4), "Accept-Encoding", accepted);
    String text = "x".repeat(length);
    scene.owner().session.send(Outgoing.message(Message.text(text), compress));
    scene.world.run();
    assertThat(poll.header("Content-Encoding")).isNull();
    assertThat(poll.text()).isEqualTo("4" + text);
  }
}
