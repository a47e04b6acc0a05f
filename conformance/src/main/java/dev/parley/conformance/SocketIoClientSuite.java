package dev.parley.conformance;

import dev.parley.DataKey;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Refused;
import dev.parley.Socket;
import dev.parley.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** For the suite of socket.io-client. */
final class SocketIoClientSuite implements Setup {
  private static final DataKey<Boolean> FIRST_CAME = DataKey.named("first came", Boolean.class);

  @Override
  public Parley build(ParleyBuilder builder) {
    Parley parley = builder
        .engine(e -> e.pingInterval(Duration.ofMillis(2000)).allow(SocketIoClientSuite::takeTime))
        .build();
    List.of("/timeout_socket", "/valid", "/asd").forEach(parley::of);
    parley.of("/foo").onCall("getId", (socket, args) -> socket.id());
    parley
        .of("/abc")
        .onConnect(socket -> socket.emit("handshake", HandshakeJson.of(socket.handshake())));
    parley.of("/no").admit(attempt -> {
      throw new Refused("Auth failed (custom namespace)");
    });
    fill(parley.of("/"));
    return parley;
  }

  /**
   * The suite's own server takes 10 ms to let somebody in. It also answers an upgrade's probe up to 100 ms late, and one
   * test counts the packets of the first 100 ms: so upgrades take their time here.
   */
  private static void takeTime(HttpRequest request) throws InterruptedException {
    Thread.sleep(request.query("sid") == null ? 10 : 150);
  }

  private static void fill(Namespace namespace) {
    namespace.admit(attempt -> {
      String fail = attempt.handshake().query("fail");
      if (fail != null && !fail.isEmpty()) {
        throw new Refused("Auth failed (main namespace)");
      }
    });
    namespace.onCall("getId", (socket, args) -> socket.id());
    namespace.onCall("getHandshake", (socket, args) -> HandshakeJson.of(socket.handshake()));
    namespace.on("hi", (socket, args) -> socket.emit("hi"));
    namespace.onCall("echo", Object.class, (socket, value) -> value);
    // The suite asks for an acknowledgement here too, and wants none.
    namespace.onCall("ack", (socket, args) -> {
      socket.emitWithAck("ack").thenAccept(answer -> {
        Map<?, ?> second = answer.get(1, Map.class);
        if (Integer.valueOf(5).equals(answer.get(0, Integer.class))
            && second != null
            && Boolean.TRUE.equals(second.get("test"))) {
          socket.emit("got it");
        }
      });
      return new CompletableFuture<>();
    });
    namespace.onCall("getAckDate", (socket, args) -> now());
    namespace.on("getDate", (socket, args) -> socket.emit("takeDate", now()));
    namespace.on("getDateObj", (socket, args) -> socket.emit("takeDateObj", Map.of("date", now())));
    namespace.on(
        "getUtf8",
        (socket, args) -> List.of(
                "てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string")
            .forEach(text -> socket.emit("takeUtf8", text)));
    namespace.on("false", (socket, args) -> socket.emit("false", false));
    fillBinary(namespace);
  }

  private static void fillBinary(Namespace namespace) {
    byte[] data = "asdfasdf".getBytes(StandardCharsets.UTF_8);
    namespace.on("doge", (socket, args) -> socket.emit("doge", data));
    namespace.on("getbin", (socket, args) -> socket.emit("takebin", data));
    namespace.on(
        "buffa", Object.class, (socket, sent) -> emitIf(isBinary(sent), socket, "buffack"));
    namespace.on("blob", Object.class, (socket, sent) -> emitIf(isBinary(sent), socket, "back"));
    namespace.on(
        "jsonbuff",
        Mixed.class,
        (socket, sent) -> emitIf(sent.isExpected(), socket, "jsonbuff-ack"));
    namespace.on(
        "jsonblob",
        Mixed.class,
        (socket, sent) -> emitIf(sent.isExpected(), socket, "jsonblob-ack"));
    for (String kind : List.of("abuff", "blob")) {
      namespace.on(
          kind + "1", Object.class, (socket, sent) -> socket.data(FIRST_CAME, isBinary(sent)));
    }
    namespace.on(
        "abuff2",
        (socket, args) ->
            emitIf(Boolean.TRUE.equals(socket.data(FIRST_CAME)), socket, "abuff2-ack"));
    namespace.on(
        "blob2",
        String.class,
        (socket, text) -> socket.data(
            FIRST_CAME, Boolean.TRUE.equals(socket.data(FIRST_CAME)) && "second".equals(text)));
    namespace.on(
        "blob3",
        Object.class,
        (socket, sent) -> emitIf(
            Boolean.TRUE.equals(socket.data(FIRST_CAME)) && isBinary(sent), socket, "blob3-ack"));
  }

  /** A payload with bytes inside. */
  record Mixed(String hello, Object message, String goodbye) {
    boolean isExpected() {
      return "lol".equals(hello) && isBinary(message) && "gotcha".equals(goodbye);
    }
  }

  private static boolean isBinary(@Nullable Object value) {
    return value instanceof byte[];
  }

  private static void emitIf(boolean condition, Socket socket, String event) {
    if (condition) {
      socket.emit(event);
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }
}
