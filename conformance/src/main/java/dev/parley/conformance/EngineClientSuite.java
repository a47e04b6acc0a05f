package dev.parley.conformance;

import dev.parley.EngineListener;
import dev.parley.EngineOptions;
import dev.parley.EngineSocket;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Refused;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.json.JsonMapper;

/** For the suite of engine.io-client. */
final class EngineClientSuite implements Setup, EngineListener {
  private static final Headers COOKIES = Headers.of(
      "Set-Cookie", "1=1; Max-Age=86400",
      "Set-Cookie", "2=2; Path=/; HttpOnly; Secure; SameSite=Strict",
      "Set-Cookie", "3=3; Max-Age=0",
      "Set-Cookie", "4=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT");

  /** Clients that asked for the headers of the request that is being handled, and is not answered yet. */
  private final Queue<EngineSocket> curious = new ConcurrentLinkedQueue<>();

  @Override
  public Parley build(ParleyBuilder builder) {
    EngineOptions options = EngineOptions.defaults()
        .pingInterval(Duration.ofMillis(500))
        .maxPayload(100)
        .allow(EngineClientSuite::check)
        .initialHeaders(request -> COOKIES)
        .headers(this::answering);
    return builder.engine(options, this).build();
  }

  private static void check(HttpRequest request) {
    if (request.query("deny") != null) {
      throw new Refused("Forbidden");
    }
  }

  @Override
  public void onOpen(EngineSocket socket) {
    socket.send("hi");
  }

  @Override
  public void onMessage(EngineSocket socket, String text) {
    switch (text) {
      case "give binary" -> socket.send(new byte[] {0, 1, 2, 3, 4});
      case "give utf8" -> socket.send("пойду спать всем спокойной ночи");
      case "sendHeaders" -> curious.add(socket);
      default -> socket.send(text);
    }
  }

  @Override
  public void onMessage(EngineSocket socket, byte[] data) {
    socket.send(data);
  }

  /** On the event loop, so that a message is seen before its request is answered. */
  @Override
  public boolean nonBlocking() {
    return true;
  }

  private Headers answering(HttpRequest request) {
    if (request.method().equals("POST")) {
      EngineSocket socket = curious.poll();
      if (socket != null) {
        Map<String, String> headers = request.headers().toMap();
        socket.send(JsonMapper.shared().writeValueAsString(headers));
      }
    }
    return Headers.none();
  }
}
