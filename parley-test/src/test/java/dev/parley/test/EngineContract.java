package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Cors;
import dev.parley.EngineListener;
import dev.parley.EngineOptions;
import dev.parley.EngineSocket;
import dev.parley.ParleyBuilder;
import dev.parley.TransportType;
import dev.parley.protocol.engineio.CloseReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of Engine.IO (reference §1.4 to §1.8), by hand. Runs once for each revision. */
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = Way.class,
    names = {"WEBSOCKET", "WEBSOCKET_OF_REVISION_3"})
public abstract class EngineContract extends ServerContract {
  private static final String PATH = "/engine.io/";

  /** The client that was opened last, as the server sees it. */
  private volatile @Nullable EngineSocket latest;

  protected EngineContract(Bench.Starter starter) {
    super(starter);
  }

  /** An echo that notes how its clients end. */
  private final class Echo implements EngineListener {
    @Override
    public void onOpen(EngineSocket socket) {
      latest = socket;
      if (socket.request().query("greet") != null) {
        socket.send("hello");
      }
    }

    @Override
    public void onMessage(EngineSocket socket, String text) {
      switch (text) {
        case "close" -> socket.close();
        case "where" -> socket.send(socket.transport().wire());
        default -> socket.send(text);
      }
    }

    @Override
    public void onMessage(EngineSocket socket, byte[] data) {
      socket.send(data);
    }

    @Override
    public void onClose(EngineSocket socket, CloseReason reason, @Nullable Throwable cause) {
      notes.add(reason);
    }
  }

  private void startEcho(UnaryOperator<EngineOptions> options) {
    start(
        (ParleyBuilder builder) ->
            builder.engine(options.apply(EngineOptions.defaults()), new Echo()),
        parley -> {});
  }

  private void startEcho() {
    startEcho(options -> options);
  }

  private TestHttp http() {
    return bench().client().http();
  }

  private String polling(String sid) {
    return PATH + "?EIO=" + revision() + "&transport=polling"
        + (sid.isEmpty() ? "" : "&sid=" + sid);
  }

  private String webSocket(String sid) {
    return polling(sid).replace("polling", "websocket");
  }

  private int revision() {
    return way.isRevision3() ? 3 : 4;
  }

  /** One packet as a polling payload. */
  private String payload(String packet) {
    return way.isRevision3() ? packet.length() + ":" + packet : packet;
  }

  private String open(TestHttp http) {
    return sid(http.get(polling("")).text());
  }

  private static String sid(String openPacket) {
    return openPacket.replaceFirst("(?s).*\"sid\":\"([^\"]+)\".*", "$1");
  }

  /** A poll that waits at the server. */
  private TestRequest park(TestHttp http, String sid) {
    TestRequest poll = http.start("GET", polling(sid));
    await("a parked poll", () -> {
      EngineSocket socket = latest;
      return socket != null && socket.writable();
    });
    return poll;
  }

  @Test
  void opensAPollingSession() {
    startEcho();
    TestHttp http = http();

    TestReply open = http.get(polling(""));

    assertThat(open.status()).isEqualTo(200);
    assertThat(open.headers().first("Content-Type"))
        .isEqualToIgnoringCase("text/plain; charset=UTF-8");
    assertThat(open.headers().first("Cache-Control")).isEqualTo("no-store");
    String sid = sid(open.text());
    assertThat(open.text())
        .isEqualTo(payload("0{\"sid\":\"" + sid
            + "\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,\"pingTimeout\":20000,"
            + "\"maxPayload\":1000000}"));
    TestRequest poll = park(http, sid);
    TestReply post = http.post(polling(sid), payload("4hey"));
    assertThat(post.status()).isEqualTo(200);
    assertThat(post.text()).isEqualTo("ok");
    assertThat(poll.reply().text()).isEqualTo(payload("4hey"));
  }

  @Test
  void opensAWebSocketSession() {
    startEcho();
    TestWebSocket socket = http().webSocket(webSocket(""));

    assertThat(socket.receiveText()).startsWith("0{\"sid\":\"").contains("\"upgrades\":[]");
    assertThat(socket.send("4héllo").receiveText()).isEqualTo("4héllo");
    byte[] bytes = way.isRevision3() ? new byte[] {4, 1, 2} : new byte[] {1, 2};
    assertThat(socket.send(bytes).receiveBinary()).isEqualTo(bytes);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    startEcho();
    TestHttp http = http();
    String eio = PATH + "?EIO=" + revision();

    assertRefused(http.get(eio), 400, 0, "Transport unknown");
    assertRefused(http.get(eio + "&transport=tube"), 400, 0, "Transport unknown");
    assertRefused(http.get(eio + "&transport=__proto__"), 400, 0, "Transport unknown");
    assertRefused(http.get(polling("nobody")), 400, 1, "Session ID unknown");
    assertRefused(http.post(polling(""), payload("4x")), 400, 2, "Bad handshake method");
    assertRefused(http.get(webSocket("")), 400, 3, "Bad request");
    assertRefused(http.get(webSocket(open(http))), 400, 3, "Bad request");
    String stranger = polling(open(http)).replace("EIO=" + revision(), "EIO=" + (7 - revision()));
    assertRefused(http.get(stranger), 400, 3, "Bad request");
    assertThat(http().webSocket(polling("")).refusal().status()).isEqualTo(400);
    assertThat(http().webSocket(webSocket("nobody")).refusal().status()).isEqualTo(400);
    assertThat(http.get("/engine.io/../etc/passwd").status()).isIn(400, 404);
    assertThat(http.get("/elsewhere").status()).isEqualTo(404);
  }

  private static void assertRefused(TestReply reply, int status, int code, String message) {
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text()).isEqualTo("{\"code\":" + code + ",\"message\":\"" + message + "\"}");
    assertThat(reply.headers().first("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void refusesRevision3WhenItIsSwitchedOff() {
    startEcho(options -> options.allowEio3(false));
    TestReply reply = http().get(polling(""));

    if (way.isRevision3()) {
      assertRefused(reply, 400, 5, "Unsupported protocol version");
      assertThat(http().webSocket(webSocket("")).refusal().status()).isEqualTo(400);
    } else {
      assertThat(reply.status()).isEqualTo(200);
    }
  }

  @Test
  void endsASessionWhosePollsOverlap() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);
    TestRequest first = http.start("GET", polling(sid));
    TestRequest second = http.start("GET", polling(sid));

    List<TestReply> replies = List.of(first.reply(), second.reply());

    // The one that arrived second; that may be either.
    assertThat(replies).extracting(TestReply::status).containsExactlyInAnyOrder(200, 400);
    assertThat(replies).extracting(TestReply::text).containsExactlyInAnyOrder(payload("1"), "");
    awaitNotes(CloseReason.TRANSPORT_ERROR);
    assertRefused(http.get(polling(sid)), 400, 1, "Session ID unknown");
  }

  @Test
  void endsASessionWhosePostsOverlap() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);
    TestRequest first = http.begin("POST", polling(sid), 100).write("4");
    bench().network().settle();

    TestReply second = http.post(polling(sid), payload("4x"));

    if (second.status() == 400) {
      assertThat(first.reply().status()).isNotEqualTo(200);
      awaitNotes(CloseReason.TRANSPORT_ERROR);
    } else {
      // On a real network the first one may not have arrived when the second one did.
      assertThat(second.status()).isEqualTo(200);
    }
  }

  @Test
  void endsASessionForABadPayload() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);
    TestRequest poll = park(http, sid);

    TestReply post = http.post(polling(sid), "nonsense");

    assertThat(post.status()).isEqualTo(200);
    assertThat(poll.reply().text()).isEqualTo(payload("1"));
    awaitNotes(CloseReason.PARSE_ERROR);
  }

  @Test
  void answersABinaryRequestOfRevision4() {
    startEcho();
    if (way.isRevision3()) {
      return;
    }
    TestHttp http = http();
    String sid = open(http);

    assertThat(http.post(polling(sid), new byte[] {1, 2}).status()).isEqualTo(400);
    awaitNotes(CloseReason.TRANSPORT_ERROR);
  }

  @Test
  void answersATooLargeRequestAndEndsTheSession() {
    startEcho(options -> options.maxPayload(1000));
    TestHttp http = http();
    String sid = open(http);

    assertThat(http.post(polling(sid), payload("4" + "x".repeat(2000))).status())
        .isEqualTo(413);
    awaitNotes(CloseReason.PAYLOAD_TOO_LARGE);
  }

  @Test
  void closesATooLargeMessage() {
    startEcho(options -> options.maxPayload(1000));
    TestWebSocket socket = http().webSocket(webSocket(""));
    socket.receiveText();

    socket.send("4" + "x".repeat(2000));

    assertThat(socket.closeCode()).isEqualTo(1009);
    awaitNotes(CloseReason.PAYLOAD_TOO_LARGE);
  }

  @Test
  void endsWhenTheClientSaysSo() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);
    TestRequest poll = park(http, sid);

    http.post(polling(sid), payload("1"));

    assertThat(poll.reply().text()).isEqualTo(payload("6"));
    TestWebSocket socket = http.webSocket(webSocket(""));
    socket.receiveText();
    socket.send("1");
    socket.closeCode();
    awaitNotes(CloseReason.TRANSPORT_CLOSE, CloseReason.TRANSPORT_CLOSE);
  }

  @Test
  void tellsAPollingClientThatTheServerCloses() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);

    http.post(polling(sid), payload("4close"));
    await("the end", () -> !notes.isEmpty());

    assertThat(http.get(polling(sid)).text()).isEqualTo(way.isRevision3() ? "1:61:1" : "6\u001e1");
    awaitNotes(CloseReason.FORCED_CLOSE);
    assertRefused(http.get(polling(sid)), 400, 1, "Session ID unknown");
  }

  @Test
  void refusesAHeartbeatInTheWrongDirection() {
    startEcho();
    TestWebSocket socket = http().webSocket(webSocket(""));
    socket.receiveText();

    socket.send(way.isRevision3() ? "3" : "2");

    socket.closeCode();
    awaitNotes(CloseReason.TRANSPORT_ERROR);
  }

  @Test
  void keepsALivingClientAndDropsADeadOne() {
    startEcho(options -> options.pingInterval(moment()).pingTimeout(moment()));
    TestWebSocket socket = http().webSocket(webSocket(""));
    socket.receiveText();

    if (way.isRevision3()) {
      assertThat(socket.send("2").receiveText()).isEqualTo("3");
      assertThat(socket.send("2probe").receiveText()).startsWith("3");
    } else {
      bench().pass(moment());
      assertThat(socket.receiveText()).isEqualTo("2");
      socket.send("3");
      bench().pass(moment());
      assertThat(socket.receiveText()).isEqualTo("2");
    }
    assertThat(notes).isEmpty();

    bench().pass(moment().multipliedBy(2));
    socket.closeCode();
    awaitNotes(CloseReason.PING_TIMEOUT);
  }

  @Test
  void upgradesInThreeSteps() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);
    TestRequest poll = park(http, sid);
    TestWebSocket socket = http.webSocket(webSocket(sid));

    assertThat(socket.send("2probe").receiveText()).isEqualTo("3probe");
    assertThat(poll.reply().text()).isEqualTo(payload("6"));
    http.post(polling(sid), payload("4on polling"));
    assertThat(http.get(polling(sid)).text()).isEqualTo(payload("4on polling"));
    socket.send("5");

    assertThat(socket.send("4where").receiveText()).isEqualTo("4websocket");
    assertRefused(http.get(polling(sid)), 400, 3, "Bad request");
    assertThat(socket.send("4still").receiveText()).isEqualTo("4still");
    assertThat(notes).isEmpty();
  }

  @Test
  void keepsTheSessionWhenAnUpgradeFails() {
    startEcho(options -> options.upgradeTimeout(moment()));
    TestHttp http = http();
    String sid = open(http);

    TestWebSocket nonsense = http.webSocket(webSocket(sid));
    nonsense.send("4not a probe");
    nonsense.closeCode();
    TestWebSocket unprobed = http.webSocket(webSocket(sid));
    unprobed.send("5");
    unprobed.closeCode();
    TestWebSocket silent = http.webSocket(webSocket(sid));
    assertThat(silent.accepted()).isTrue();
    TestWebSocket second = http.webSocket(webSocket(sid));
    second.closeCode();
    bench().pass(moment());
    silent.closeCode();

    http.post(polling(sid), payload("4where"));
    assertThat(http.get(polling(sid)).text())
        .isEqualTo(payload("4" + TransportType.POLLING.wire()));
    assertThat(notes).isEmpty();
  }

  @Test
  void letsNobodyTakeAWebSocketSessionOver() {
    startEcho();
    TestWebSocket socket = http().webSocket(webSocket(""));
    String sid = sid(socket.receiveText());

    TestWebSocket thief = http().webSocket(webSocket(sid));
    if (thief.accepted()) {
      thief.send("2probe");
      thief.send("5");
      thief.closeCode();
    }

    assertThat(socket.send("4mine").receiveText()).isEqualTo("4mine");
    assertThat(notes).isEmpty();
  }

  @Test
  void sendsTheInitialPacketFirst() {
    startEcho(options -> options.initialPacket("first"));
    TestHttp http = http();

    TestReply open = http.get(polling("") + "&greet=1");
    String sid = sid(open.text());

    assertThat(open.text()).endsWith(payload("4first"));
    assertThat(http.get(polling(sid)).text()).isEqualTo(payload("4hello"));
    TestWebSocket socket = http.webSocket(webSocket("") + "&greet=1");
    socket.receiveText();
    assertThat(socket.receiveText()).isEqualTo("4first");
    assertThat(socket.receiveText()).isEqualTo("4hello");
  }

  @Test
  void sendsBinaryAsBase64ToThoseWhoAsk() {
    startEcho();
    TestHttp http = http();
    String sid = sid(http.get(polling("") + "&b64=1").text());
    String packet = way.isRevision3() ? "b4AQID" : "bAQID";

    http.post(polling(sid), payload(packet));

    assertThat(http.get(polling(sid)).text()).isEqualTo(payload(packet));
    TestWebSocket socket = http.webSocket(webSocket("") + "&b64=1");
    socket.receiveText();
    assertThat(socket.send(packet).receiveText()).isEqualTo(packet);
  }

  @Test
  void servesBinaryPayloadsOfRevision3() {
    startEcho();
    if (!way.isRevision3()) {
      return;
    }
    TestHttp http = http();
    String sid = open(http);
    byte[] body = {1, 4, (byte) 0xff, 4, 1, 2, 3};

    assertThat(http.post(polling(sid), body).text()).isEqualTo("ok");

    TestReply poll = http.get(polling(sid));
    assertThat(poll.headers().first("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(poll.body()).isEqualTo(body);
  }

  @Test
  void answersOtherOriginsOnlyWhenAllowed() {
    startEcho(options -> options.cors(Cors.origins("http://good.example")));

    TestReply good = http().header("Origin", "http://good.example").get(polling(""));
    TestReply bad = http().header("Origin", "http://bad.example").get(polling(""));
    TestReply own = http().header("Origin", "http://127.0.0.1:1").get("/nowhere");

    assertThat(good.headers().first("Access-Control-Allow-Origin"))
        .isEqualTo("http://good.example");
    assertThat(good.headers().first("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(bad.status()).isEqualTo(403);
    assertThat(bad.headers().first("Access-Control-Allow-Origin")).isNull();
    assertThat(own.status()).isEqualTo(404);
    TestWebSocket stranger = http().header("Origin", "http://bad.example").webSocket(webSocket(""));
    assertThat(stranger.refusal().status()).isEqualTo(400);
  }

  @Test
  void readsUtf8InEveryTransport() {
    startEcho();
    TestHttp http = http();
    String sid = open(http);
    String text = "4é€🎉";
    String body = way.isRevision3() ? text.length() + ":" + text : text;

    http.post(polling(sid), body);

    assertThat(http.get(polling(sid)).body()).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
  }
}
