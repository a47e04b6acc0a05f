package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineOptions;
import dev.parley.TransportType;
import dev.parley.http.Headers;
import dev.parley.protocol.engineio.CloseReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrades, each on one lane and across two: {@code true} is a WebSocket whose connection has a lane of its own. */
class UpgradeTest {
  private final Scene scene = new Scene();

  private FakeLink candidate(String polling, boolean otherLane) {
    ManualLane on = otherLane ? scene.world.newLane() : scene.lane;
    return scene.upgrade(on, polling.replace("polling", "websocket")).link();
  }

  private FakeLink upgraded(String polling, boolean otherLane) {
    FakeLink link = candidate(polling, otherLane);
    link.text("2probe");
    link.text("5");
    assertThat(link.sent()).containsExactly("3probe");
    return link;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void movesASessionToWebSocket(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    assertThat(link.sent()).isEmpty();
    link.text("2probe");
    assertThat(link.sent()).containsExactly("3probe");
    Session session = scene.owner().session;
    assertThat(session.transport()).isEqualTo(TransportType.POLLING);
    link.text("5");
    assertThat(session.transport()).isEqualTo(TransportType.WEBSOCKET);
    assertThat(session.upgraded()).isTrue();
    assertThat(session.lane()).isSameAs(link.lane());
    link.text("4hello");
    link.binary((byte) 1, (byte) 2);
    assertThat(scene.owner().drain()).containsExactly("hello", "#0102");
    scene.send("back");
    scene.world.run();
    assertThat(link.sent()).containsExactly("4back");
    assertThat(link.isReading()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void movesARevision3Session(boolean otherLane) {
    FakeLink link = upgraded(scene.handshake(Scene.V3), otherLane);
    link.text("2");
    link.binary((byte) 4, (byte) 7);
    scene.owner().session.send(Scene.binary((byte) 9));
    scene.world.run();
    assertThat(link.sent()).containsExactly("3", "#0409");
    assertThat(scene.owner().drain()).containsExactly("#07");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void releasesTheWaitingPollAtTheProbe(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeExchange poll = scene.get(target);
    candidate(target, otherLane).text("2probe");
    assertThat(poll.outcome()).isEqualTo("200 6");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void releasesAPollThatComesAfterTheProbe(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    candidate(target, otherLane).text("2probe");
    for (int i = 0; i < 2; i++) {
      FakeExchange poll = scene.get(target);
      scene.advance(5);
      assertThat(poll.outcome()).isEqualTo("200 6");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesAPollThatOvertookTheUpgradePacket(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    FakeExchange poll = scene.get(target);
    link.text("2probe");
    link.text("5");
    scene.advance(5);
    assertThat(poll.outcome()).startsWith("400 ");
    assertThat(scene.owner().session.upgraded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheOrderThroughTheMove(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    scene.send("1");
    link.text("2probe");
    FakeExchange poll = scene.get(target);
    scene.advance(5);
    assertThat(poll.text()).isEqualTo("41");
    scene.send("2");
    scene.send("3");
    link.text("5");
    scene.send("4");
    scene.world.run();
    assertThat(link.sent()).containsExactly("3probe", "42", "43", "44");
  }

  @Test
  void keepsTheOrderOfMailThatWaitsDuringTheMove() {
    String target = scene.handshake(Scene.V4);
    ManualLane other = scene.world.newLane();
    FakeLink link = scene.upgrade(other, target.replace("polling", "websocket")).link();
    link.text("2probe");
    link.sent();
    Session session = scene.owner().session;
    List<String> ran = new ArrayList<>();
    session.send(Scene.text("before"));
    other.enter(() -> {
      link.textNow("5");
      link.textNow("4first");
    });
    session.send(Scene.text("during"));
    session.execute(() -> {
      ran.add(other.inLane() ? "on the new lane" : "on the old lane");
      session.send(Scene.text("from a task"));
    });
    other.enter(() -> {
      link.textNow("4second");
      session.send(List.of(Scene.text("broadcast")), false);
    });
    scene.world.run();
    other.enter(() -> session.send(List.of(Scene.text("after")), false));
    scene.world.run();
    assertThat(link.sent())
        .containsExactly("4before", "4during", "4broadcast", "4from a task", "4after");
    assertThat(scene.owner().drain()).containsExactly("first", "second", "writable");
    assertThat(ran).containsExactly("on the new lane");
  }

  @Test
  void readsOneFrameAtATimeUntilTheSessionHasMoved() {
    String target = scene.handshake(Scene.V4);
    ManualLane other = scene.world.newLane();
    FakeLink link = scene.upgrade(other, target.replace("polling", "websocket")).link();
    other.enter(() -> link.textNow("2probe"));
    assertThat(link.isReading()).isFalse();
    scene.world.run();
    assertThat(link.isReading()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesPollingAfterTheUpgrade(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    upgraded(target, otherLane);
    assertThat(scene.get(target).outcome())
        .isEqualTo("400 {\"code\":3,\"message\":\"Bad request\"}");
    assertThat(scene.post(target, "4a").outcome())
        .isEqualTo("400 {\"code\":3,\"message\":\"Bad request\"}");
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @ParameterizedTest(name = "first frame {0}, own lane {1}")
  @CsvSource({"5,false", "5,true", "4hi,false", "4hi,true", "3probe,false", "abc,true", "2,true"})
  void dropsACandidateThatDoesNotProbe(String frame, boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    link.text(frame);
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(scene.owner().drain()).isEmpty();
    link.end(1005, null);
    scene.send("still here");
    assertThat(scene.get(target).text()).isEqualTo("4still here");
    upgraded(target, otherLane);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closesASecondCandidateAndKeepsTheFirst(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink first = candidate(target, otherLane);
    FakeLink second = candidate(target, otherLane);
    assertThat(second.closed()).isEqualTo("1005");
    second.text("2probe");
    second.text("5");
    first.text("2probe");
    first.text("5");
    assertThat(second.sent()).isEmpty();
    assertThat(first.sent()).containsExactly("3probe");
    assertThat(scene.owner().session.upgraded()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void neverHandsAnUpgradedSessionToAnotherWebSocket(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = upgraded(target, otherLane);
    FakeLink thief = candidate(target, otherLane);
    thief.text("2probe");
    thief.text("5");
    thief.text("4stolen");
    assertThat(thief.closed()).isEqualTo("1005");
    assertThat(thief.sent()).isEmpty();
    link.text("4mine");
    assertThat(scene.owner().drain()).containsExactly("mine");
    assertThat(link.closed()).isNull();
  }

  @Test
  void neverUpgradesASessionThatBeganOnWebSocket() {
    FakeExchange exchange = scene.upgrade(Scene.WS4);
    FakeLink link = exchange.link();
    String sid = Scene.sid(link.sent().get(0));
    FakeLink thief = scene.upgrade(Scene.WS4 + "&sid=" + sid).link();
    thief.text("2probe");
    assertThat(thief.closed()).isEqualTo("1005");
    assertThat(thief.sent()).isEmpty();
    assertThat(link.closed()).isNull();
  }

  @Test
  void refusesUpgradesThatAreOff() {
    Scene scene = new Scene(EngineOptions.defaults().allowUpgrades(false));
    String target = scene.handshake(Scene.V4);
    assertThat(scene.upgrade(target.replace("polling", "websocket")).outcome())
        .isEqualTo("400 Bad request");
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dropsOnlyTheCandidateAtTheTimeout(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    link.text("2probe");
    scene.advance(10_000);
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(scene.owner().session.isOpen()).isTrue();
    FakeExchange poll = scene.get(target);
    assertThat(poll.answered()).isFalse();
    scene.send("a");
    scene.world.run();
    assertThat(poll.text()).isEqualTo("4a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void goesOnWhenTheCandidateBreaks(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    link.text("2probe");
    link.end(1006, new java.io.IOException("reset"));
    assertThat(scene.owner().session.isOpen()).isTrue();
    FakeExchange poll = scene.get(target);
    assertThat(poll.answered()).isFalse();
    upgraded(target, otherLane);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closesTheCandidateWithTheSession(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = candidate(target, otherLane);
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, true);
    scene.world.run();
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(scene.engine.sessions()).isZero();
  }

  /** A session that closes, with something queued, while its client stands between the probe and the upgrade packet. */
  private FakeLink closedAfterTheProbe(String target, boolean otherLane) {
    FakeLink link = candidate(target, otherLane);
    link.text("2probe");
    assertThat(link.sent()).containsExactly("3probe");
    scene.send("41");
    scene.owner().session.close(CloseReason.SERVER_SHUTTING_DOWN, null, false);
    scene.world.run();
    assertThat(scene.owner().drain()).containsExactly("closed: server shutting down");
    return link;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysGoodByeOverTheNewTransportIfTheClientHasLeftPolling(boolean otherLane) {
    FakeLink link = closedAfterTheProbe(scene.handshake(Scene.V4), otherLane);
    assertThat(link.closed()).isNull();
    link.text("5");
    scene.world.run();
    assertThat(link.sent()).containsExactly("441");
    assertThat(link.closed()).isEqualTo("1005");
    link.end(1005, null);
    assertThat(scene.engine.sessions()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysGoodByeOverPollingIfTheClientPollsOnceMore(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = closedAfterTheProbe(target, otherLane);
    assertThat(scene.get(target).text()).isEqualTo("441");
    assertThat(link.closed()).isNull();
    assertThat(scene.get(target).text()).isEqualTo("6\u001e1");
    scene.world.run();
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(scene.engine.sessions()).isZero();
    link.text("5");
    assertThat(link.sent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closesTheNewTransportIfTheLastPollTookEverything(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = closedAfterTheProbe(target, otherLane);
    assertThat(scene.get(target).text()).isEqualTo("441");
    link.text("5");
    scene.world.run();
    assertThat(link.sent()).isEmpty();
    assertThat(link.closed()).isEqualTo("1005");
    link.end(1005, null);
    assertThat(scene.engine.sessions()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysGoodByeOverPollingIfTheCandidateBreaks(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    closedAfterTheProbe(target, otherLane).end(1006, new java.io.IOException("reset"));
    assertThat(scene.get(target).text()).isEqualTo("441");
    assertThat(scene.get(target).text()).isEqualTo("6\u001e1");
    assertThat(scene.engine.sessions()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void dropsACandidateThatSendsSomethingElseAtTheEnd(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    FakeLink link = closedAfterTheProbe(target, otherLane);
    link.text("4late");
    scene.world.run();
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(scene.owner().drain()).isEmpty();
    assertThat(scene.get(target).text()).isEqualTo("441");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsForAFarewellNoLongerThanForAnyOther(boolean otherLane) {
    FakeLink link = closedAfterTheProbe(scene.handshake(Scene.V4), otherLane);
    scene.advance(30_000);
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(scene.engine.sessions()).isZero();
  }

  @Test
  void readsTheFarewellOfASessionThatIsPaused() {
    String target = scene.handshake(Scene.V4);
    scene.lane.on(() -> scene.owner().session.reading(false));
    FakeLink link = closedAfterTheProbe(target, true);
    link.text("5");
    scene.world.run();
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(link.isReading()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsTheHeartbeatThroughTheMove(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    scene.advance(24_000);
    FakeLink link = upgraded(target, otherLane);
    scene.advance(1_000);
    assertThat(link.sent()).containsExactly("2");
    scene.advance(20_000);
    assertThat(scene.owner().drain()).containsExactly("closed: ping timeout");
  }

  @Test
  void survivesARevision3UpgradeOfARevision4Session() {
    String target = scene.handshake(Scene.V4);
    FakeExchange upgrade =
        scene.upgrade(target.replace("polling", "websocket").replace("EIO=4", "EIO=3"));
    assertThat(upgrade.outcome()).isEqualTo("400 Bad request");
    assertThat(scene.get(target).answered()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void staysPausedThroughTheMove(boolean otherLane) {
    String target = scene.handshake(Scene.V4);
    scene.lane.on(() -> scene.owner().session.reading(false));
    FakeLink link = upgraded(target, otherLane);
    assertThat(link.isReading()).isFalse();
    link.lane().on(() -> scene.owner().session.reading(true));
    assertThat(link.isReading()).isTrue();
  }

  @Test
  void answersThePollThatAClientWronglyLeavesOpen() {
    String target = scene.handshake(Scene.V4);
    ManualLane other = scene.world.newLane();
    FakeLink link = scene.upgrade(other, target.replace("polling", "websocket")).link();
    link.text("2probe");
    other.enter(() -> link.textNow("5"));
    FakeExchange poll = scene.request(other, "GET", target, Headers.none(), new byte[0]);
    assertThat(poll.answered()).isTrue();
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @Test
  void leavesNothingBehindOnTheOldLane() {
    String target = scene.handshake(Scene.V4);
    upgraded(target, true).end(1000, null);
    assertThat(scene.owner().drain()).containsExactly("closed: transport close");
    assertThat(scene.engine.sessions()).isZero();
    scene.advance(100_000);
    assertThat(scene.lane.alarms()).isZero();
  }
}
