package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Cors;
import dev.parley.EngineOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientBundlesTest {
  private final Scene scene =
      new Scene(EngineOptions.defaults().cors(Cors.origins("http://good.example")));

  private FakeExchange fetch(String method, String name, String... headers) {
    FakeExchange exchange = scene.request(method, "/engine.io/" + name, headers);
    scene.runHandlers();
    return exchange;
  }

  @ParameterizedTest
  @CsvSource({
    "socket.io.js,application/javascript",
    "socket.io.min.js,application/javascript",
    "socket.io.esm.min.js,application/javascript",
    "socket.io.msgpack.min.js,application/javascript",
    "socket.io.js.map,application/json",
    "socket.io.min.js.map,application/json",
    "socket.io.esm.min.js.map,application/json",
    "socket.io.msgpack.min.js.map,application/json",
  })
  void servesTheClient(String name, String type) {
    FakeExchange answer = fetch("GET", name + "?query=ignored");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo(type + "; charset=utf-8");
    assertThat(answer.header("ETag")).matches("\"4\\.8\\.\\d+\"");
    assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=0");
    assertThat(answer.response().body()).hasSizeGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "W/%s", "\"x\", %s", "*"})
  void saysThatNothingHasChanged(String known) {
    String tag = fetch("GET", "socket.io.js").header("ETag");
    FakeExchange answer = fetch("GET", "socket.io.js", "If-None-Match", known.formatted(tag));
    assertThat(answer.outcome()).isEqualTo("304");
    assertThat(answer.header("ETag")).isEqualTo(tag);
  }

  @Test
  void sendsItAgainToThoseWhoHaveAnotherVersion() {
    assertThat(fetch("GET", "socket.io.js", "If-None-Match", "\"0.9.17\"").status())
        .isEqualTo(200);
  }

  @Test
  void compresses() throws IOException {
    byte[] plain = fetch("GET", "socket.io.min.js").response().body();
    FakeExchange answer = fetch("GET", "socket.io.min.js", "Accept-Encoding", "gzip, br");
    assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(answer.header("Vary")).isEqualTo("Accept-Encoding");
    try (var stream =
        new GZIPInputStream(new ByteArrayInputStream(answer.response().body()))) {
      assertThat(stream.readAllBytes()).isEqualTo(plain);
    }
  }

  @Test
  void sendsTheHeadAlone() {
    FakeExchange answer = fetch("HEAD", "socket.io.js");
    assertThat(answer.outcome()).isEqualTo("200");
    assertThat(answer.header("ETag")).isNotNull();
  }

  @Test
  void tellsBrowsersOfAllowedPages() {
    FakeExchange answer = fetch("GET", "socket.io.js", "Origin", "http://good.example");
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://good.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "LICENSE", "socket.io.js.gz", "../socket.io.js", "x"})
  void leavesOtherNamesToTheEngine(String name) {
    assertThat(fetch("GET", name).outcome())
        .isEqualTo("400 {\"code\":0,\"message\":\"Transport unknown\"}");
  }

  @Test
  void servesNothingWhenTurnedOff() {
    Scene off = new Scene(session -> new Recorder(session));
    assertThat(off.get("/engine.io/socket.io.js").status()).isEqualTo(400);
  }

  @Test
  void shipsTheLicence() throws IOException {
    try (var stream = ClientBundles.class.getResourceAsStream("/dev/parley/client/LICENSE")) {
      assertThat(stream).isNotNull();
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).contains("MIT");
    }
  }
}
