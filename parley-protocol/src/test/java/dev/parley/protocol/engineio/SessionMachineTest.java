package dev.parley.protocol.engineio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SessionMachineTest {
  private static final SessionMachine.Timing TIMING =
      new SessionMachine.Timing(25_000, 20_000, 10_000);

  private final Recorder effects = new Recorder();

  @Test
  void pingsAfterTheInterval() {
    SessionMachine session = polling(Revision.V4);
    session.tick(24_999);
    assertThat(effects.drain()).isEmpty();
    assertThat(session.nextDeadline()).isEqualTo(25_000);
    session.tick(25_000);
    assertThat(effects.drain()).containsExactly("send 2");
  }

  @Test
  void restartsTheIntervalAtThePong() {
    SessionMachine session = polling(Revision.V4);
    session.tick(25_000);
    session.receive(EnginePacket.PONG, 26_000);
    assertThat(session.nextDeadline()).isEqualTo(51_000);
    session.tick(51_000);
    assertThat(effects.drain()).containsExactly("send 2", "send 2");
  }

  @Test
  void closesWhenThePongDoesNotCome() {
    SessionMachine session = polling(Revision.V4);
    session.tick(25_000);
    session.tick(44_999);
    assertThat(effects.drain()).containsExactly("send 2");
    session.tick(45_000);
    assertThat(effects.drain()).containsExactly("closed PING_TIMEOUT");
    assertThat(session.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void waitsForThePongOnceMoreWhenThePeerTalks() {
    SessionMachine session = polling(Revision.V4);
    session.tick(25_000);
    session.receive(message("a"), 40_000);
    session.tick(45_000);
    assertThat(effects.drain()).containsExactly("send 2", "deliver a");
    session.receive(message("b"), 59_000);
    session.tick(60_000);
    assertThat(effects.drain()).containsExactly("deliver b", "closed PING_TIMEOUT");
  }

  @Test
  void mayExtendTheNextWaitAgain() {
    SessionMachine session = polling(Revision.V4);
    session.tick(25_000);
    session.receive(message("a"), 40_000);
    session.receive(EnginePacket.PONG, 41_000);
    session.tick(66_000);
    session.receive(message("b"), 80_000);
    assertThat(session.nextDeadline()).isEqualTo(100_000);
  }

  @Test
  void doesNotTakeTalkForAPongBeforeThePing() {
    SessionMachine session = polling(Revision.V4);
    session.receive(message("a"), 20_000);
    assertThat(session.nextDeadline()).isEqualTo(25_000);
  }

  @Test
  void answersThePingsOfRevision3() {
    SessionMachine session = polling(Revision.V3);
    session.receive(EnginePacket.of(EnginePacketType.PING, "probe"), 40_000);
    assertThat(effects.drain()).containsExactly("send 3");
    assertThat(session.nextDeadline()).isEqualTo(85_000);
  }

  @Test
  void closesARevision3SessionWithoutPings() {
    SessionMachine session = polling(Revision.V3);
    session.receive(message("a"), 44_000);
    session.tick(45_000);
    assertThat(effects.drain()).containsExactly("deliver a", "closed PING_TIMEOUT");
  }

  @ParameterizedTest(name = "revision {0}, packet {1}")
  @CsvSource({"V4, PING", "V3, PONG"})
  void closesAtAHeartbeatOfTheWrongDirection(Revision revision, EnginePacketType type) {
    SessionMachine session = polling(revision);
    session.receive(EnginePacket.of(type, ""), 1);
    assertThat(effects.drain())
        .containsExactly("closed TRANSPORT_ERROR invalid heartbeat direction");
  }

  @ParameterizedTest
  @EnumSource(names = {"OPEN", "UPGRADE", "NOOP"})
  void ignoresPacketsThatMeanNothingHere(EnginePacketType type) {
    SessionMachine session = polling(Revision.V4);
    session.receive(EnginePacket.of(type, ""), 1);
    assertThat(effects.drain()).isEmpty();
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void closesAtAClosePacketAndHearsNothingAfterIt() {
    SessionMachine session = settled(Revision.V4);
    session.receive(EnginePacket.CLOSE, 1);
    session.receive(message("late"), 2);
    session.tick(100_000);
    session.close(CloseReason.FORCED_CLOSE, null);
    assertThat(effects.drain()).containsExactly("closed TRANSPORT_CLOSE");
  }

  @Test
  void upgradesInTwoSteps() {
    SessionMachine session = polling(Revision.V4);
    assertThat(session.offerCandidate(1_000)).isTrue();
    assertThat(session.isProbed()).isFalse();
    session.receiveOnCandidate(probe());
    assertThat(effects.drain()).containsExactly("candidate 3probe", "release");
    assertThat(session.isProbed()).isTrue();
    session.receiveOnCandidate(EnginePacket.of(EnginePacketType.UPGRADE, ""));
    assertThat(effects.drain()).containsExactly("upgrade");
    assertThat(session.isProbed()).isFalse();
  }

  @Test
  void keepsTheHeartbeatThroughAnUpgrade() {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(1_000);
    session.receiveOnCandidate(probe());
    session.receiveOnCandidate(EnginePacket.of(EnginePacketType.UPGRADE, ""));
    assertThat(session.nextDeadline()).isEqualTo(25_000);
  }

  @Test
  void keepsWaitingForAPongThroughAnUpgrade() {
    SessionMachine session = polling(Revision.V4);
    session.tick(25_000);
    session.offerCandidate(26_000);
    session.receiveOnCandidate(probe());
    session.receiveOnCandidate(EnginePacket.of(EnginePacketType.UPGRADE, ""));
    session.tick(45_000);
    assertThat(effects.drain()).endsWith("upgrade", "closed PING_TIMEOUT");
  }

  @ParameterizedTest(name = "first packet {0}{1}")
  @CsvSource({"UPGRADE,''", "PING,''", "PING,prob", "MESSAGE,probe", "PONG,probe", "CLOSE,''"})
  void dropsACandidateThatDoesNotProbeFirst(EnginePacketType type, String data) {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(0);
    session.receiveOnCandidate(EnginePacket.of(type, data));
    assertThat(effects.drain()).containsExactly("drop");
    assertThat(session.isOpen()).isTrue();
    assertThat(session.offerCandidate(1)).isTrue();
  }

  @Test
  void dropsACandidateThatSendsSomethingElseAfterTheProbe() {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(0);
    session.receiveOnCandidate(probe());
    session.receiveOnCandidate(message("too early"));
    assertThat(effects.drain()).containsExactly("candidate 3probe", "release", "drop");
  }

  @Test
  void dropsOnlyTheCandidateAtTheUpgradeTimeout() {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(1_000);
    session.receiveOnCandidate(probe());
    assertThat(session.nextDeadline()).isEqualTo(11_000);
    session.tick(11_000);
    assertThat(effects.drain()).containsExactly("candidate 3probe", "release", "drop");
    assertThat(session.isOpen()).isTrue();
    assertThat(session.isProbed()).isFalse();
    assertThat(session.nextDeadline()).isEqualTo(25_000);
  }

  @Test
  void takesNoSecondCandidate() {
    SessionMachine session = polling(Revision.V4);
    assertThat(session.offerCandidate(0)).isTrue();
    assertThat(session.offerCandidate(0)).isFalse();
    session.receiveOnCandidate(probe());
    assertThat(session.offerCandidate(0)).isFalse();
    session.receiveOnCandidate(EnginePacket.of(EnginePacketType.UPGRADE, ""));
    assertThat(session.offerCandidate(0)).isFalse();
  }

  @Test
  void neverUpgradesASessionThatBeganOnWebSocket() {
    assertThat(settled(Revision.V4).offerCandidate(0)).isFalse();
  }

  @Test
  void mayUpgradeAfterALostCandidate() {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(0);
    session.candidateLost();
    assertThat(effects.drain()).isEmpty();
    assertThat(session.offerCandidate(1)).isTrue();
  }

  @Test
  void dropsTheCandidateWhenTheSessionCloses() {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(0);
    session.close(CloseReason.FORCED_CLOSE, new IllegalStateException("first"));
    session.close(CloseReason.PARSE_ERROR, null);
    assertThat(effects.drain()).containsExactly("drop", "closed FORCED_CLOSE first");
    assertThat(session.offerCandidate(1)).isFalse();
  }

  @Test
  void leavesACandidateThatHasProbedToTheOneWhoSaysGoodBye() {
    SessionMachine session = polling(Revision.V4);
    session.offerCandidate(0);
    session.receiveOnCandidate(probe());
    effects.drain();
    session.close(CloseReason.FORCED_CLOSE, null);
    assertThat(effects.drain()).containsExactly("closed FORCED_CLOSE");
    assertThat(session.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  private SessionMachine polling(Revision revision) {
    return new SessionMachine(revision, TIMING, true, 0, effects);
  }

  private SessionMachine settled(Revision revision) {
    return new SessionMachine(revision, TIMING, false, 0, effects);
  }

  private static EnginePacket probe() {
    return EnginePacket.of(EnginePacketType.PING, "probe");
  }

  private static EnginePacket message(String text) {
    return EnginePacket.message(Message.text(text));
  }

  private static final class Recorder implements SessionMachine.Sink {
    private final List<String> seen = new ArrayList<>();

    List<String> drain() {
      List<String> all = List.copyOf(seen);
      seen.clear();
      return all;
    }

    @Override
    public void send(EnginePacket packet) {
      seen.add("send " + wire(packet));
    }

    @Override
    public void sendOnCandidate(EnginePacket packet) {
      seen.add("candidate " + wire(packet));
    }

    @Override
    public void releasePoll() {
      seen.add("release");
    }

    @Override
    public void upgrade() {
      seen.add("upgrade");
    }

    @Override
    public void dropCandidate() {
      seen.add("drop");
    }

    @Override
    public void deliver(Message data) {
      seen.add("deliver " + data.asString());
    }

    @Override
    public void closed(CloseReason reason, @Nullable Throwable cause) {
      seen.add("closed " + reason + (cause == null ? "" : " " + cause.getMessage()));
    }

    private static String wire(EnginePacket packet) {
      return (char) packet.type().wire() + packet.data().asString();
    }
  }
}
