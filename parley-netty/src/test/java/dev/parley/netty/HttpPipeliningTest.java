package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HttpExchange;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpPipeliningTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String LATER = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";

  private final TestEndpoint endpoint = new TestEndpoint();
  private final RunningHost host = RunningHost.with(endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void answersOneAfterTheOther() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(LATER + LATER + GET);
      HttpExchange first = take();
      assertThat(endpoint.later).isEmpty();
      first.respond(HttpResponse.text(200, "first"));
      assertThat(peer.readAnswer().body()).isEqualTo("first");
      take().respond(HttpResponse.text(200, "second"));
      assertThat(peer.readAnswer().body()).isEqualTo("second");
      assertThat(peer.readAnswer().body()).isEqualTo("hello");
    }
  }

  @Test
  void keepsBodiesApart() throws Exception {
    try (RawPeer peer = host.connect()) {
      String request = "POST /body HTTP/1.1\r\nHost: x\r\n";
      peer.send((request + "Content-Length: 1\r\n\r\na" + request
              + "Transfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n")
          .repeat(50));
      for (int i = 0; i < 50; i++) {
        assertThat(peer.readAnswer().body()).isEqualTo("a");
        assertThat(peer.readAnswer().body()).isEqualTo("b");
      }
    }
  }

  @Test
  void answersThousandsWithoutNesting() throws Exception {
    try (RawPeer peer = host.connect()) {
      Thread sender = new Thread(() -> {
        try {
          peer.send(GET.repeat(20_000));
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
      sender.start();
      for (int i = 0; i < 20_000; i++) {
        assertThat(peer.readAnswer().body()).isEqualTo("hello");
      }
      sender.join();
    }
  }

  /** Answers that nobody reads stop the decoding of requests. */
  @Test
  void holdsBackRequestsOfAClientThatNeverReads() throws Exception {
    int requests = 40_000;
    try (RawPeer peer = host.connect()) {
      peer.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".repeat(requests));
      int before = -1;
      while (before < endpoint.large.get()) {
        before = endpoint.large.get();
        TimeUnit.MILLISECONDS.sleep(200);
      }
      assertThat(before).as("answers of 10 kB that were made").isBetween(1, requests - 1);
    }
  }

  private HttpExchange take() throws InterruptedException {
    HttpExchange exchange = endpoint.later.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    return exchange;
  }
}
