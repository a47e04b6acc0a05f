package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow and silent clients. */
class HttpTimeTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final TestEndpoint endpoint = new TestEndpoint();
  private final RunningHost host = RunningHost.with(
      settings -> {
        settings.requestTimeout = Duration.ofMillis(300);
        settings.idleTimeout = Duration.ofMillis(600);
      },
      endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void closesAConnectionThatSaysNothing() throws Exception {
    try (RawPeer peer = host.connect()) {
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void endsAHeadThatDripsIn() throws Exception {
    try (RawPeer peer = host.connect()) {
      long start = System.nanoTime();
      dripUntilAnswered(peer, "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n");
      assertThat(peer.readAnswer().status()).isEqualTo(408);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(250), Duration.ofSeconds(5));
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void endsABodyThatDripsIn() throws Exception {
    try (RawPeer peer = host.connect()) {
      dripUntilAnswered(
          peer, "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "a");
      assertThat(peer.readAnswer().status()).isEqualTo(408);
      assertThat(endpoint.events.poll(10, TimeUnit.SECONDS)).isEqualTo("body aborted");
    }
  }

  @Test
  void endsASecondHeadThatDripsIn() throws Exception {
    try (RawPeer peer = host.connect()) {
      assertThat(peer.send(GET).readAnswer().status()).isEqualTo(200);
      dripUntilAnswered(peer, "GET / HTTP/1.1\r\n", "A: b\r\n");
      assertThat(peer.readAnswer().status()).isEqualTo(408);
    }
  }

  @Test
  void closesAnIdleConnection() throws Exception {
    try (RawPeer peer = host.connect()) {
      long start = System.nanoTime();
      assertThat(peer.send(GET).readAnswer().closes()).isFalse();
      assertThat(peer.readToEnd()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(550), Duration.ofSeconds(5));
    }
  }

  @Test
  void letsARequestWaitForItsAnswer() throws Exception {
    try (RawPeer peer = host.connect();
        RawPeer idle = host.connect()) {
      peer.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
      HttpExchange exchange = endpoint.later.poll(10, TimeUnit.SECONDS);
      idle.send(GET).readAnswer();
      assertThat(idle.readToEnd()).isEmpty();
      exchange.respond(HttpResponse.text(200, "at last"));
      assertThat(peer.readAnswer().body()).isEqualTo("at last");
    }
  }

  private static void dripUntilAnswered(RawPeer peer, String first, String drop) throws Exception {
    peer.send(first);
    while (peer.socket().getInputStream().available() == 0) {
      try {
        peer.send(drop);
      } catch (IOException over) {
        return;
      }
      Thread.onSpinWait();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
