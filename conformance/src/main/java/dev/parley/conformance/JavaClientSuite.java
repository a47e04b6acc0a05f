package dev.parley.conformance;

import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Refused;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * For the suite of the official Java client.
 *
 * @param mainNamespace where most of it happens: the suite runs a part of itself once more in another namespace
 */
record JavaClientSuite(String mainNamespace) implements Setup {
  private static final String ECHOED_HEADER = "X-SocketIO";

  @Override
  public Parley build(ParleyBuilder builder) {
    Parley parley = builder
        .engine(e -> e.pingInterval(Duration.ofMillis(2000)).headers(JavaClientSuite::echoHeader))
        .build();
    List.of("/timeout_socket", "/valid", "/asd").forEach(parley::of);
    parley
        .of("/abc")
        .onConnect(socket -> socket.emit("handshake", HandshakeJson.of(socket.handshake())));
    parley.of("/no").admit(attempt -> {
      throw new Refused("auth failed", Map.of("a", "b", "c", 3));
    });
    fill(parley.of(mainNamespace));
    if (!mainNamespace.equals("/foo")) {
      answerRoom(parley.of("/foo"));
    }
    return parley;
  }

  private static Headers echoHeader(HttpRequest request) {
    String value = request.header(ECHOED_HEADER);
    return value == null ? Headers.none() : Headers.of(ECHOED_HEADER, value);
  }

  private static void fill(Namespace namespace) {
    byte[] binary = "huehue".getBytes(StandardCharsets.UTF_8);
    namespace.onConnect(socket -> socket.send("hello client"));
    namespace.on("message", (socket, args) -> socket.send(args));
    namespace.on("echo", (socket, args) -> socket.emit("echoBack", args));
    namespace.onCall("ack", (socket, args) -> args);
    namespace.on(
        "callAck",
        (socket, args) ->
            socket.emitWithAck("ack").thenAccept(answer -> socket.emit("ackBack", answer)));
    namespace.on(
        "callAckBinary",
        (socket, args) -> socket
            .emitWithAck("ack")
            .thenAccept(answer -> socket.emit("ackBack", answer.get(0, Object.class))));
    namespace.onCall("getAckBinary", (socket, args) -> binary);
    namespace.onCall("getAckDate", (socket, args) -> Instant.now().truncatedTo(ChronoUnit.MILLIS));
    namespace.on("broadcast", (socket, args) -> socket.broadcast().emit("broadcastBack", args));
    namespace.on("requestDisconnect", (socket, args) -> socket.disconnect());
    namespace.onCall("getHandshake", (socket, args) -> HandshakeJson.of(socket.handshake()));
    answerRoom(namespace);
  }

  /** To the room of the socket's own id, by way of the namespace. */
  private static void answerRoom(Namespace namespace) {
    namespace.on("room", (socket, args) -> namespace.to(socket.id()).emit("roomBack", args));
  }
}
