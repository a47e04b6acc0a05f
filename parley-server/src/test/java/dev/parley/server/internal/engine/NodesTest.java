package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.EngineOptions;
import dev.parley.NodeName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Session ids that name their node, and what a node says to those of others. */
class NodesTest {
  private static final String UNKNOWN = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";

  private final Scene web1 = new Scene(named("web1").nodeNames("web1", "web2", "backend-3"));
  private final List<String> warnings = new ArrayList<>();

  private final Handler recorder = new Handler() {
    @Override
    public void publish(LogRecord line) {
      if (line.getLevel() == Level.WARNING) {
        warnings.add(line.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  private static EngineOptions named(String name) {
    return EngineOptions.defaults().nodeName(name);
  }

  /** The target of a session of that node's. */
  private static String foreign(String node) {
    return new Scene(named(node)).handshake(Scene.V4);
  }

  private void recordingWarnings(Runnable scenario) {
    Logger logger = Logger.getLogger(Engine.class.getName());
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
    try {
      scenario.run();
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(recorder);
    }
  }

  @ParameterizedTest(name = "{0} has the tag {1}")
  @CsvSource({
    "web1, web1",
    "n1, Z2uL",
    "backend-3, ko1b",
    "10.0.0.7:8000, BFFY",
    "eu-1, qN3q",
  })
  void aNameHasTheSameTagForEver(String name, String tag) {
    assertThat(new NodeName(name).tag()).isEqualTo(tag);
  }

  @Test
  void everyTagIsFourLettersAndDigits() {
    for (int i = 0; i < 1000; i++) {
      assertThat(new NodeName("node-" + i).tag()).matches("[A-Za-z0-9]{4}");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "web 1", "web\n1", "web\"1", "wéb1"})
  void aNameOfOtherCharactersIsRefused(String name) {
    assertThatThrownBy(() -> named(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EngineOptions.defaults().nodeNames("web1", name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void idsBeginWithTheTagAndTheRestIsRandom() {
    Set<String> rests = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String sid = web1.engine.newSid();
      assertThat(sid).matches("web1[A-Za-z0-9_-]{16}");
      rests.add(sid.substring(4));
    }
    assertThat(rests).hasSize(1000);
  }

  @Test
  void withoutANameNothingIsTagged() {
    Scene scene = new Scene();
    Set<String> beginnings = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      beginnings.add(scene.engine.newSid().substring(0, 4));
    }
    assertThat(beginnings).hasSizeGreaterThan(90);
    assertThat(scene.get(foreign("web2")).outcome()).isEqualTo(UNKNOWN);
    assertThat(scene.engine.misroutedRequests()).isZero();
  }

  @Test
  void namesTheNodeOfAForeignSession() {
    String target = foreign("backend-3");
    FakeExchange answer = web1.get(target);
    assertThat(answer.outcome())
        .startsWith("400 {\"code\":1,\"message\":\"Session ID unknown")
        .contains("of another node, backend-3, and this is web1")
        .contains("docs/how-to/run-behind-a-balancer.md")
        .doesNotContain(Scene.sid("\"sid\":\"" + target.substring(target.length() - 20) + "\""));
    assertThat(web1.post(target, "4a").outcome()).contains("backend-3");
    assertThat(web1.upgrade(target.replace("polling", "websocket")).outcome())
        .startsWith("400 Session ID unknown: it is of another node, backend-3");
    assertThat(web1.engine.misroutedRequests()).isEqualTo(3);
    assertThat(web1.errors).hasSize(3).allSatisfy(error -> {
      assertThat(error.code()).isEqualTo(1);
      assertThat(error.context())
          .containsEntry("name", "FOREIGN_SID")
          .containsEntry("owner", "backend-3")
          .containsEntry("node", "web1");
    });
  }

  @Test
  void namesAnUnlistedNodeByItsTag() {
    assertThat(web1.get(foreign("web9")).outcome()).contains("another node, tag web9,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nobody",
        "web1AAAAAAAAAAAAAAAA",
        "web2AAAAAAAAAAAAAAA",
        "web2AAAAAAAAAAAAAAAAA",
        "web2AAAAAAAAAAAAAAA.",
        "we-2AAAAAAAAAAAAAAAA",
      })
  void saysNothingOfNodesToWhatNoOtherNodeHasMade(String sid) {
    assertThat(web1.get(Scene.V4 + "&sid=" + sid).outcome()).isEqualTo(UNKNOWN);
    assertThat(web1.engine.misroutedRequests()).isZero();
  }

  @Test
  void anEndedSessionOfItsOwnIsUnknown() {
    String target = web1.handshake(Scene.V4);
    web1.post(target, "1");
    assertThat(web1.get(target).outcome()).isEqualTo(UNKNOWN);
  }

  @Test
  void warnsAtOnceAndThenOnceAMinuteWithACount() {
    String target = foreign("web2");
    recordingWarnings(() -> {
      web1.get(target);
      web1.get(target);
      web1.advance(59_000);
      web1.get(target);
      assertThat(warnings).hasSize(1);
      web1.advance(1_000);
      web1.get(target);
      web1.get(target);
    });
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).startsWith("1 request ").contains("came to web1", "of web2");
    assertThat(warnings.get(1)).startsWith("3 requests ");
    String sid = target.substring(target.length() - 20);
    assertThat(warnings).noneMatch(line -> line.contains(sid) || line.contains(sid.substring(4)));
  }

  @Test
  void aThousandMisroutedRequestsAreOneLineInTheLog() {
    String target = foreign("web2");
    recordingWarnings(() -> {
      for (int i = 0; i < 1000; i++) {
        web1.get(target);
      }
    });
    assertThat(warnings).hasSize(1);
    assertThat(web1.engine.misroutedRequests()).isEqualTo(1000);
    assertThat(web1.engine.sessions()).isZero();
  }

  @Test
  void twoNodesWithOneTagAreRefused() {
    String twin = new NodeName("backend-3").tag();
    assertThatThrownBy(() -> new Scene(named(twin).nodeNames("backend-3")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("rename one of them");
  }

  @Test
  void everyAnswerNamesTheNodeIfToldTo() {
    Scene scene = new Scene(named("web1").nodeHeader(true));
    String target = scene.handshake(Scene.V4);
    assertThat(scene.get(Scene.V4).header("X-Parley-Node")).isEqualTo("web1");
    assertThat(scene.post(target, "4a").header("X-Parley-Node")).isEqualTo("web1");
    assertThat(scene.get(foreign("web2")).header("X-Parley-Node")).isEqualTo("web1");
    assertThat(scene.upgrade(Scene.WS4).settings().headers().first("X-Parley-Node"))
        .isEqualTo("web1");
    assertThat(web1.get(Scene.V4).header("X-Parley-Node")).isNull();
    assertThat(new Scene(EngineOptions.defaults().nodeHeader(true))
            .get(Scene.V4)
            .header("X-Parley-Node"))
        .isNull();
  }
}
