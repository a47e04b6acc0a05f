package dev.parley.conformance;

import dev.parley.Cors;
import dev.parley.EngineOptions;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import java.time.Duration;

/** For the protocol's own suites: Engine.IO revision 4 and 3, Socket.IO protocol 5. */
final class ProtocolSuite implements Setup {
  @Override
  public Parley build(ParleyBuilder builder) {
    EngineEcho echo = new EngineEcho();
    Parley parley = builder
        .engine(e -> quick(e).allowEio3(false))
        .connectTimeout(Duration.ofMillis(1000))
        .engine(quick(EngineOptions.defaults()).path("/engine.io").allowEio3(false), echo)
        .engine(quick(EngineOptions.defaults()).path("/eio3"), echo)
        .build();
    fill(parley.of("/"));
    fill(parley.of("/custom"));
    return parley;
  }

  private static EngineOptions quick(EngineOptions options) {
    return options
        .pingInterval(Duration.ofMillis(300))
        .pingTimeout(Duration.ofMillis(200))
        .cors(Cors.origins("*"));
  }

  private static void fill(Namespace namespace) {
    namespace.onConnect(socket -> socket.emit("auth", socket.handshake().auth().toMap()));
    namespace.on("message", (socket, args) -> socket.emit("message-back", args));
    namespace.onCall("message-with-ack", (socket, args) -> args);
  }
}
