package dev.parley.conformance;

import dev.parley.EngineListener;
import dev.parley.EngineOptions;
import dev.parley.EngineSocket;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import java.time.Duration;

/** For the suite of the official Java client's transport. */
final class JavaEngineSuite implements Setup, EngineListener {
  private static final String ECHOED_HEADER = "X-EngineIO";

  @Override
  public Parley build(ParleyBuilder builder) {
    EngineOptions options = EngineOptions.defaults()
        .pingInterval(Duration.ofMillis(500))
        .headers(JavaEngineSuite::echoHeader);
    return builder.engine(options, this).build();
  }

  private static Headers echoHeader(HttpRequest request) {
    String value = request.header(ECHOED_HEADER);
    return value == null ? Headers.none() : Headers.of(ECHOED_HEADER, "hi", ECHOED_HEADER, value);
  }

  @Override
  public void onOpen(EngineSocket socket) {
    socket.send("hi");
  }

  @Override
  public void onMessage(EngineSocket socket, String text) {
    socket.send(text);
  }

  @Override
  public void onMessage(EngineSocket socket, byte[] data) {
    socket.send(data);
  }
}
