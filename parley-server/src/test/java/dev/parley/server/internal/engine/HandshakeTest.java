package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineOptions;
import dev.parley.TransportType;
import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Revision;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private final Scene scene = new Scene();

  @Test
  void opensARevision4SessionOverPolling() {
    FakeExchange answer = scene.get(Scene.V4);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text())
        .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"upgrades\":\\[\"websocket\"],"
            + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    Session session = scene.owner().session;
    assertThat(session.revision()).isEqualTo(Revision.V4);
    assertThat(session.transport()).isEqualTo(TransportType.POLLING);
    assertThat(session.remoteAddress()).isEqualTo("203.0.113.7");
    assertThat(scene.engine.sessions()).isEqualTo(1);
  }

  @Test
  void opensARevision3SessionOverPolling() {
    FakeExchange answer = scene.get(Scene.V3);
    assertThat(answer.text()).matches("118:0\\{\"sid\":.*}");
    assertThat(scene.owner().session.revision()).isEqualTo(Revision.V3);
  }

  @Test
  void opensASessionOverWebSocketWithoutUpgrades() {
    FakeLink link = scene.upgrade(Scene.WS4).link();
    assertThat(link.sent())
        .singleElement()
        .asString()
        .matches("0\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"upgrades\":\\[],"
            + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");
    assertThat(scene.owner().session.transport()).isEqualTo(TransportType.WEBSOCKET);
    assertThat(scene.owner().session.upgraded()).isFalse();
  }

  @Test
  void tellsTheClientTheOptions() {
    Scene scene = new Scene(EngineOptions.defaults()
        .pingInterval(Duration.ofMillis(300))
        .pingTimeout(Duration.ofMillis(200))
        .maxPayload(5000)
        .allowUpgrades(false));
    assertThat(scene.get(Scene.V4).text())
        .endsWith("\"upgrades\":[],\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":5000}");
  }

  @Test
  void sendsTheInitialPacketWithTheOpenPacket() {
    Scene scene = new Scene(EngineOptions.defaults().initialPacket("hello"));
    assertThat(scene.get(Scene.V4).text()).endsWith("}\u001e4hello");
    assertThat(scene.upgrade(Scene.WS4).link().sent()).hasSize(2).endsWith("4hello");
  }

  @Test
  void keepsTheOwnersFirstPacketsForTheNextPoll() {
    Scene scene = new Scene(EngineOptions.defaults(), dev.parley.Limits.defaults());
    FakeExchange answer = scene.get(Scene.V3);
    scene.send("0");
    assertThat(answer.text()).startsWith("118:0");
    String target = Scene.V3 + "&sid=" + Scene.sid(answer.text());
    assertThat(scene.get(target).text()).isEqualTo("2:40");
  }

  @Test
  void neverGivesAnIdTwice() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      seen.add(scene.engine.newSid());
    }
    assertThat(seen).hasSize(1000).allMatch(sid -> sid.length() == 20);
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
      no transport             | GET  | /engine.io/?EIO=4                                   | 400 {"code":0,"message":"Transport unknown"}
      unknown transport        | GET  | /engine.io/?EIO=4&transport=abc                     | 400 {"code":0,"message":"Transport unknown"}
      webtransport             | GET  | /engine.io/?EIO=4&transport=webtransport            | 400 {"code":0,"message":"Transport unknown"}
      CVE-2023-31125, proto    | GET  | /engine.io/?EIO=4&transport=__proto__               | 400 {"code":0,"message":"Transport unknown"}
      CVE-2023-31125, ctor     | GET  | /engine.io/?EIO=4&transport=constructor             | 400 {"code":0,"message":"Transport unknown"}
      last transport counts    | GET  | /engine.io/?EIO=4&transport=polling&transport=x     | 400 {"code":0,"message":"Transport unknown"}
      unknown sid              | GET  | /engine.io/?EIO=4&transport=polling&sid=nobody      | 400 {"code":1,"message":"Session ID unknown"}
      unknown sid, POST        | POST | /engine.io/?EIO=4&transport=polling&sid=nobody      | 400 {"code":1,"message":"Session ID unknown"}
      transport before sid     | GET  | /engine.io/?EIO=4&transport=abc&sid=nobody          | 400 {"code":0,"message":"Transport unknown"}
      handshake by POST        | POST | /engine.io/?EIO=4&transport=polling                 | 400 {"code":2,"message":"Bad handshake method"}
      handshake by PUT         | PUT  | /engine.io/?EIO=4&transport=polling                 | 400 {"code":2,"message":"Bad handshake method"}
      handshake by OPTIONS     | OPTIONS | /engine.io/?EIO=4&transport=polling              | 400 {"code":2,"message":"Bad handshake method"}
      handshake by HEAD        | HEAD | /engine.io/?EIO=4&transport=polling                 | 400 {"code":2,"message":"Bad handshake method"}
      websocket by plain GET   | GET  | /engine.io/?EIO=4&transport=websocket               | 400 {"code":3,"message":"Bad request"}
      no revision              | GET  | /engine.io/?transport=polling                       | 400 {"code":5,"message":"Unsupported protocol version"}
      revision abc             | GET  | /engine.io/?EIO=abc&transport=polling               | 400 {"code":5,"message":"Unsupported protocol version"}
      revision 1               | GET  | /engine.io/?EIO=1&transport=polling                 | 400 {"code":5,"message":"Unsupported protocol version"}
      empty revision           | GET  | /engine.io/?EIO=&transport=polling                  | 400 {"code":5,"message":"Unsupported protocol version"}
      """)
  void refuses(String name, String method, String target, String outcome) {
    FakeExchange answer = scene.request(method, target);
    assertThat(answer.outcome()).isEqualTo(outcome);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(scene.engine.sessions()).isZero();
    assertThat(scene.errors)
        .singleElement()
        .satisfies(
            error -> assertThat(outcome).contains("\"code\":" + error.code(), error.message()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      no transport        | /engine.io/?EIO=4                              | 400 Transport unknown
      polling             | /engine.io/?EIO=4&transport=polling            | 400 Bad request
      unknown sid         | /engine.io/?EIO=4&transport=websocket&sid=x    | 400 Session ID unknown
      bad revision        | /engine.io/?EIO=abc&transport=websocket        | 400 Unsupported protocol version
      no revision         | /engine.io/?transport=websocket                | 400 Unsupported protocol version
      """)
  void refusesWebSocketsBeforeThe101(String name, String target, String outcome) {
    FakeExchange answer = scene.upgrade(target);
    assertThat(answer.outcome()).isEqualTo(outcome);
    assertThat(answer.header("Content-Type")).isEqualTo("text/html");
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(scene.errors).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {Scene.V3, Scene.WS3})
  void refusesRevision3WhenToldTo(String target) {
    Scene scene = new Scene(EngineOptions.defaults().allowEio3(false));
    FakeExchange answer = target.equals(Scene.WS3) ? scene.upgrade(target) : scene.get(target);
    assertThat(answer.outcome()).startsWith("400").contains("Unsupported protocol version");
    assertThat(scene.owners).isEmpty();
  }

  @Test
  void refusesATransportThatIsOff() {
    Scene polling = new Scene(EngineOptions.defaults().transports(TransportType.POLLING));
    assertThat(polling.upgrade(Scene.WS4).outcome()).isEqualTo("400 Transport unknown");
    assertThat(polling.get(Scene.V4).text()).contains("\"upgrades\":[]");
    Scene webSocket = new Scene(EngineOptions.defaults().transports(TransportType.WEBSOCKET));
    assertThat(webSocket.get(Scene.V4).outcome())
        .isEqualTo("400 {\"code\":0,\"message\":\"Transport unknown\"}");
  }

  @ParameterizedTest(name = "{1} of a polling session answers {3}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      wrong transport   | GET     | /engine.io/?EIO=4&transport=websocket | 400 {"code":3,"message":"Bad request"} | TRANSPORT_MISMATCH
      wrong revision    | GET     | /engine.io/?EIO=3&transport=polling   | 400 {"code":3,"message":"Bad request"} | PROTOCOL_MISMATCH
      no revision       | POST    | /engine.io/?transport=polling         | 400 {"code":3,"message":"Bad request"} | PROTOCOL_MISMATCH
      """)
  void bindsASessionToItsTransportAndRevision(
      String name, String method, String target, String outcome, String context) {
    String session = scene.handshake(Scene.V4);
    String sid = session.substring(session.indexOf("&sid="));
    assertThat(scene.request(method, target + sid).outcome()).isEqualTo(outcome);
    assertThat(scene.errors).singleElement().satisfies(error -> {
      assertThat(error.context()).containsEntry("name", context);
      assertThat(error.context().toString()).doesNotContain(sid.substring(5));
    });
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @Test
  void refusesAnUpgradeInAnotherRevision() {
    String session = scene.handshake(Scene.V4);
    String sid = session.substring(session.indexOf("&sid="));
    assertThat(scene.upgrade(Scene.WS3 + sid).outcome()).isEqualTo("400 Bad request");
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "OPTIONS", "HEAD"})
  void answersOtherMethodsOfASessionAsTheReferenceDoes(String method) {
    String session = scene.handshake(Scene.V4);
    assertThat(scene.request(method, session).outcome()).isEqualTo("500");
  }

  @Test
  void takesALoneConnectionUpgradeForPlainHttp() {
    assertThat(scene.get(Scene.V4, "Connection", "Upgrade").status()).isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}, slash {1}: {2} is ours: {3}")
  @CsvSource({
    "/engine.io,true,/engine.io/,true",
    "/engine.io,true,/engine.io/foo/bar,true",
    "/engine.io,true,/engine.io,false",
    "/engine.io,true,/engine.iox/,false",
    "/engine.io,false,/engine.io,true",
    "/engine.io,false,/engine.io/,true",
    "/engine.io,false,/engine.iox,false",
    "/a/b/,true,/a/b/,true",
    "/,true,/anything,true",
  })
  void ownsThePathsBelowItsPath(String path, boolean slash, String request, boolean ours) {
    Engine engine = new Scene(EngineOptions.defaults().path(path).addTrailingSlash(slash)).engine;
    assertThat(engine.handles(request)).isEqualTo(ours);
  }

  @Test
  void refusesAnOriginWithControlCharacters() {
    FakeExchange answer = scene.request(
        scene.lane, "GET", Scene.V4, Headers.of("Origin", "http://a\u0001b"), new byte[0]);
    assertThat(answer.outcome()).isEqualTo("400 {\"code\":3,\"message\":\"Bad request\"}");
    assertThat(scene.errors.get(0).context()).containsEntry("name", "INVALID_ORIGIN");
  }
}
