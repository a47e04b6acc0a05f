package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.http.Headers;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.Outgoing;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollingTest {
  private final Scene scene = new Scene();

  @Test
  void answersAPollThatWaits() {
    FakeExchange poll = scene.get(scene.handshake(Scene.V4));
    assertThat(poll.answered()).isFalse();
    scene.send("hi");
    scene.world.run();
    assertThat(poll.outcome()).isEqualTo("200 4hi");
    assertThat(poll.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
    assertThat(poll.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void answersThePollWithEverythingOfOnePass() {
    FakeExchange poll = scene.get(scene.handshake(Scene.V4));
    scene.send("a");
    scene.send("b");
    scene.owner().session.send(Scene.binary((byte) 1, (byte) 2, (byte) 3));
    scene.world.run();
    assertThat(poll.text()).isEqualTo("4a\u001e4b\u001ebAQID");
  }

  @Test
  void keepsPacketsForTheNextPoll() {
    String target = scene.handshake(Scene.V4);
    scene.send("a");
    scene.world.run();
    scene.send("b");
    assertThat(scene.get(target).text()).isEqualTo("4a\u001e4b");
  }

  @Test
  void splitsWhatIsLongerThanAPayloadMayBe() {
    Scene scene = new Scene(EngineOptions.defaults().maxPayload(10));
    String target = scene.handshake(Scene.V4);
    scene.send("aaaa");
    scene.send("bbbb");
    scene.send("cccc");
    scene.send("a packet of more than ten bytes");
    assertThat(scene.get(target).text()).isEqualTo("4aaaa\u001e4bbbb");
    assertThat(scene.get(target).text()).isEqualTo("4cccc");
    assertThat(scene.get(target).text()).isEqualTo("4a packet of more than ten bytes");
    assertThat(scene.get(target).answered()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      revision 4, text            | EIO=4        | 4one␞4two     | one two
      revision 4, base64          | EIO=4        | 4one␞bAQID    | one #010203
      revision 3, text            | EIO=3        | 4:4one4:4two  | one two
      revision 3, base64          | EIO=3&b64=1  | 6:b4AQID      | #010203
      """)
  void takesPacketsFromAPost(String name, String query, String body, String heard) {
    String target = scene.handshake("/engine.io/?transport=polling&" + query);
    FakeExchange post = scene.post(target, body.replace('␞', '\u001e'));
    assertThat(post.outcome()).isEqualTo("200 ok");
    assertThat(post.header("Content-Type")).isEqualTo("text/html");
    assertThat(post.header("Cache-Control")).isEqualTo("no-store");
    assertThat(scene.owner().drain()).containsExactly(heard.split(" "));
  }

  @Test
  void exchangesBinaryPayloadsInRevision3() {
    String target = scene.handshake(Scene.V3);
    byte[] body = {1, 4, (byte) 255, 4, 1, 2, 3};
    FakeExchange post = scene.request(
        scene.lane, "POST", target, Headers.of("Content-Type", "application/octet-stream"), body);
    assertThat(post.outcome()).isEqualTo("200 ok");
    assertThat(scene.owner().drain()).containsExactly("#010203");
    scene.owner().session.send(Scene.binary((byte) 1, (byte) 2, (byte) 3));
    FakeExchange poll = scene.get(target);
    assertThat(poll.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(poll.response().body()).containsExactly(body);
  }

  @Test
  void sendsBase64ToARevision3ClientThatAskedForIt() {
    String target = scene.handshake(Scene.V3 + "&b64=1");
    scene.owner().session.send(Scene.binary((byte) 1, (byte) 2, (byte) 3));
    assertThat(scene.get(target).text()).isEqualTo("6:b4AQID");
  }

  @Test
  void servesJsonp() {
    FakeExchange open = scene.get(Scene.V3 + "&j=7x");
    assertThat(open.text()).startsWith("___eio[7](\"118:0{\\\"sid\\\":").endsWith("}\");");
    assertThat(open.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
    String target = Scene.V3 + "&j=7&sid=" + Scene.sid(open.text().replace("\\", ""));
    assertThat(scene.post(target, "d=5%3A4a%5C%5Cnb").outcome()).isEqualTo("200 ok");
    assertThat(scene.owner().drain()).containsExactly("a\\nb");
    scene.owner().session.send(Scene.binary((byte) 1, (byte) 2, (byte) 3));
    assertThat(scene.get(target).text()).isEqualTo("___eio[7](\"6:b4AQID\");");
  }

  @Test
  void servesJsonpToRevision4Too() {
    assertThat(scene.get(Scene.V4 + "&j=0").text()).startsWith("___eio[0](\"0{\\\"sid\\\":");
  }

  @Test
  void refusesASecondPollAndCloses() {
    String target = scene.handshake(Scene.V4);
    FakeExchange first = scene.get(target);
    FakeExchange second = scene.get(target);
    assertThat(second.outcome()).isEqualTo("400");
    assertThat(first.outcome()).isEqualTo("200 1");
    assertThat(scene.owner().drain())
        .containsExactly("closed: transport error, overlap from client");
    assertThat(scene.get(target).outcome()).contains("\"code\":1");
    assertThat(scene.engine.sessions()).isZero();
  }

  @Test
  void refusesASecondPostAndCloses() {
    String target = scene.handshake(Scene.V4);
    FakeExchange first = scene.slowPost(scene.lane, target);
    FakeExchange second = scene.post(target, "4b");
    assertThat(second.outcome()).isEqualTo("400");
    assertThat(first.aborted()).isTrue();
    first.sendBody("4a");
    assertThat(scene.owner().drain())
        .containsExactly("closed: transport error, data request overlap from client");
  }

  @Test
  void closesWhenThePollIsAborted() {
    FakeExchange poll = scene.get(scene.handshake(Scene.V4));
    poll.disconnect();
    assertThat(scene.owner().drain())
        .containsExactly("closed: transport error, poll connection closed prematurely");
  }

  @Test
  void staysOpenWhenAnAnsweredPollsConnectionEnds() {
    FakeExchange poll = scene.get(scene.handshake(Scene.V4));
    scene.send("a");
    scene.world.run();
    poll.disconnect();
    assertThat(scene.owner().session.isOpen()).isTrue();
  }

  @Test
  void closesWhenAPostIsAborted() {
    FakeExchange post = scene.slowPost(scene.lane, scene.handshake(Scene.V4));
    post.disconnect();
    assertThat(scene.owner().drain())
        .containsExactly("closed: transport error, data request connection closed prematurely");
  }

  @Test
  void closesAtABodyThatIsTooLong() {
    Scene scene = new Scene(EngineOptions.defaults().maxPayload(10));
    String target = scene.handshake(Scene.V4);
    FakeExchange poll = scene.get(target);
    assertThat(scene.post(target, "4aaaaaaaaaa").outcome()).isEqualTo("413");
    assertThat(poll.outcome()).isEqualTo("200 1");
    assertThat(scene.owner().drain())
        .containsExactly("closed: payload too large, a request body over the 10 allowed");
    assertThat(scene.post(target, "4a").status()).isEqualTo(400);
  }

  @Test
  void refusesABinaryBodyInRevision4AndCloses() {
    String target = scene.handshake(Scene.V4);
    FakeExchange post = scene.post(target, "4a", "Content-Type", "application/octet-stream");
    assertThat(post.outcome()).isEqualTo("400");
    assertThat(post.bodyWanted()).isFalse();
    assertThat(scene.owner().drain())
        .singleElement()
        .asString()
        .startsWith("closed: transport error");
  }

  @ParameterizedTest(name = "revision {0}: {1}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      4 | abc         |
      4 | ``          |
      4 | 4a␞         | a
      4 | 4a␞x        | a
      3 | ``          |
      3 | 4:4abx:     |
      3 | 99:4a       |
      """)
  void closesAtABadPayload(int revision, String body, String before) {
    String target = scene.handshake("/engine.io/?transport=polling&EIO=" + revision);
    FakeExchange poll = scene.get(target);
    FakeExchange post = scene.post(target, body.replace('␞', '\u001e'));
    assertThat(post.outcome()).isEqualTo("200 ok");
    assertThat(poll.text()).endsWith("1");
    List<String> heard = scene.owner().drain();
    assertThat(heard.get(heard.size() - 1)).startsWith("closed: parse error");
    if (before != null) {
      assertThat(heard).startsWith(before);
    }
    assertThat(scene.get(target).status()).isEqualTo(400);
  }

  @Test
  void closesAtMorePacketsThanAllowed() {
    Scene scene = new Scene(EngineOptions.defaults(), Limits.defaults().maxPacketsPerPayload(2));
    String target = scene.handshake(Scene.V4);
    scene.post(target, "4a\u001e4b\u001e4c");
    assertThat(scene.owner().drain()).hasSize(3).startsWith("a", "b");
    assertThat(scene.owner().session.isOpen()).isFalse();
  }

  @Test
  void releasesThePollWhenTheClientCloses() {
    String target = scene.handshake(Scene.V4);
    FakeExchange poll = scene.get(target);
    assertThat(scene.post(target, "1").outcome()).isEqualTo("200 ok");
    assertThat(poll.outcome()).isEqualTo("200 6");
    assertThat(scene.owner().drain()).containsExactly("closed: transport close");
    assertThat(scene.get(target).outcome()).contains("\"code\":1");
  }

  @Test
  void hearsNothingAfterAClosePacket() {
    scene.post(scene.handshake(Scene.V4), "4a\u001e1\u001e4b");
    assertThat(scene.owner().drain()).containsExactly("a", "closed: transport close");
  }

  @Test
  void answersTheWaitingPollAndTellsTheNextWhenTheServerCloses() {
    String target = scene.handshake(Scene.V4);
    FakeExchange poll = scene.get(target);
    scene.send("last words");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.world.run();
    assertThat(poll.text()).isEqualTo("4last words");
    assertThat(scene.get(target).text()).isEqualTo("6\u001e1");
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
    assertThat(scene.engine.sessions()).isZero();
  }

  @Test
  void tellsTheNextPollWhenTheServerHasClosed() {
    String target = scene.handshake(Scene.V4);
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.world.run();
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
    assertThat(scene.engine.sessions()).isEqualTo(1);
    assertThat(scene.get(target).text()).isEqualTo("6\u001e1");
    assertThat(scene.engine.sessions()).isZero();
    assertThat(scene.get(target).status()).isEqualTo(400);
  }

  @Test
  void tellsTheNextPollEverythingThatWasSentBeforeTheClose() {
    String target = scene.handshake(Scene.V4);
    scene.send("a");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.send("too late");
    scene.world.run();
    assertThat(scene.get(target).text()).isEqualTo("4a");
    assertThat(scene.get(target).text()).isEqualTo("6\u001e1");
  }

  @Test
  void tellsTheWaitingPollAtOnceIfNothingWasSentBeforeTheClose() {
    FakeExchange poll = scene.get(scene.handshake(Scene.V4));
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.world.run();
    assertThat(poll.text()).isEqualTo("1");
    assertThat(scene.engine.sessions()).isZero();
  }

  @Test
  void waitsForNoPollOfAClientThatHasReadEnoughToLeave() {
    String target = scene.handshake(Scene.V4);
    FakeExchange poll = scene.get(target);
    scene.send("41");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.world.run();
    assertThat(poll.text()).isEqualTo("441");
    assertThat(scene.engine.sessions()).isEqualTo(1);
    assertThat(scene.post(target, "1").text()).isEqualTo("ok");
    assertThat(scene.engine.sessions()).isZero();
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
  }

  @Test
  void forgetsAClosedSessionThatPollsNoMore() {
    String target = scene.handshake(Scene.V4);
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, false);
    scene.advance(29_999);
    assertThat(scene.engine.sessions()).isEqualTo(1);
    scene.advance(1);
    assertThat(scene.engine.sessions()).isZero();
    assertThat(scene.get(target).status()).isEqualTo(400);
  }

  @Test
  void dropsWhatWaitsWhenToldTo() {
    String target = scene.handshake(Scene.V4);
    scene.send("a");
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, true);
    scene.world.run();
    assertThat(scene.engine.sessions()).isZero();
    assertThat(scene.get(target).status()).isEqualTo(400);
  }

  @Test
  void abortsAPostThatIsBeingReadWhenTheServerCloses() {
    FakeExchange post = scene.slowPost(scene.lane, scene.handshake(Scene.V4));
    scene.owner().session.close(CloseReason.FORCED_CLOSE, null, true);
    scene.world.run();
    assertThat(post.aborted()).isTrue();
    post.sendBody("4late");
    assertThat(scene.owner().drain()).containsExactly("closed: forced close");
  }

  @Test
  void holdsTheAnswerToAPostWhileReadingIsOff() {
    String target = scene.handshake(Scene.V4);
    Recorder owner = scene.owner();
    owner.onMessage = message -> owner.session.reading(false);
    FakeExchange post = scene.post(target, "4a\u001e4b");
    assertThat(owner.drain()).containsExactly("a", "b");
    assertThat(post.answered()).isFalse();
    scene.lane.on(() -> owner.session.reading(true));
    assertThat(post.outcome()).isEqualTo("200 ok");
  }

  @Test
  void readsNoBodyWhileReadingIsOff() {
    String target = scene.handshake(Scene.V4);
    scene.lane.on(() -> scene.owner().session.reading(false));
    FakeExchange post = scene.post(target, "4a");
    assertThat(post.bodyWanted()).isFalse();
    scene.lane.on(() -> scene.owner().session.reading(true));
    assertThat(post.outcome()).isEqualTo("200 ok");
    assertThat(scene.owner().drain()).containsExactly("a");
  }

  @Test
  void servesASessionFromConnectionsOfOtherLanes() {
    String target = scene.handshake(Scene.V4);
    ManualLane other = scene.world.newLane();
    FakeExchange poll = scene.request(other, "GET", target, Headers.none(), new byte[0]);
    FakeExchange post = scene.slowPost(scene.world.newLane(), target);
    post.sendBody("4a");
    assertThat(post.outcome()).isEqualTo("200 ok");
    assertThat(scene.owner().drain()).containsExactly("a");
    scene.send("b");
    scene.world.run();
    assertThat(poll.text()).isEqualTo("4b");
    FakeExchange aborted = scene.request(other, "GET", target, Headers.none(), new byte[0]);
    aborted.disconnect();
    assertThat(scene.owner().session.isOpen()).isFalse();
  }

  @Test
  void isWritableWhileAPollWaits() {
    String target = scene.handshake(Scene.V4);
    Session session = scene.owner().session;
    assertThat(session.writable()).isFalse();
    scene.get(target);
    assertThat(session.writable()).isTrue();
    scene.send("a");
    scene.world.run();
    assertThat(session.writable()).isFalse();
    scene.send("b");
    scene.world.run();
    assertThat(session.queuedBytes()).isEqualTo(2);
    scene.get(target);
    assertThat(session.queuedBytes()).isZero();
    assertThat(scene.owner().drain()).isEmpty();
    scene.get(target);
    assertThat(scene.owner().drain()).containsExactly("writable");
  }

  @Test
  void dropsVolatilePacketsUnlessAPollWaits() {
    String target = scene.handshake(Scene.V4);
    List<Outgoing> group = List.of(Scene.text("a"), Scene.binary((byte) 1));
    scene.owner().session.send(group, true);
    FakeExchange poll = scene.get(target);
    assertThat(poll.answered()).isFalse();
    scene.owner().session.send(group, true);
    scene.owner().session.send(List.of(Scene.text("second of a pass")), true);
    scene.world.run();
    assertThat(poll.text()).isEqualTo("4a\u001ebAQ==");
  }

  @Test
  void closesWhenTheOwnerRefusesAMessage() {
    String target = scene.handshake(Scene.V4);
    scene.owner().onMessage = message -> {
      throw new dev.parley.protocol.ProtocolException(
          dev.parley.protocol.ProtocolException.Reason.UNEXPECTED, "no");
    };
    assertThat(scene.post(target, "4a\u001e4b").outcome()).isEqualTo("200 ok");
    assertThat(scene.owner().drain()).containsExactly("a", "closed: parse error, no");
  }

  @Test
  void closesWhenTheOwnerIsBroken() {
    String target = scene.handshake(Scene.V4);
    scene.owner().onMessage = message -> {
      throw new IllegalStateException("expected in the log");
    };
    scene.post(target, "4a");
    assertThat(scene.owner().drain())
        .containsExactly("a", "closed: forced server close, expected in the log");
  }

  @Test
  void keepsEmptyAndUnicodeMessages() {
    String target = scene.handshake(Scene.V3);
    scene.post(target, "1:46:4hé€✨x");
    assertThat(scene.owner().drain()).containsExactly("", "hé€✨x");
    scene.owner().session.send(Outgoing.message(Message.text("hé€"), true));
    assertThat(scene.get(target).text()).isEqualTo("4:4hé€");
  }
}
