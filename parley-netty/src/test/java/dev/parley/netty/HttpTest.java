package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HttpExchange;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTest {
  private final TestEndpoint endpoint = new TestEndpoint();
  private final RunningHost host = RunningHost.with(
      settings -> {
        settings.maxUrlBytes = 300;
        settings.maxHeaderBytes = 1000;
      },
      endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    a request                       | GET / HTTP/1.1~Host: x~~                                       | 200 | false
    HTTP/1.0 closes                 | GET / HTTP/1.0~~                                               | 200 | true
    HTTP/1.0 kept alive             | GET / HTTP/1.0~Connection: keep-alive~~                        | 200 | false
    the client wants to close       | GET / HTTP/1.1~Host: x~Connection: close~~                     | 200 | true
    an absolute target              | GET http://x/ HTTP/1.1~Host: y~~                               | 200 | false
    empty lines before the request  | ~~GET / HTTP/1.1~Host: x~~                                     | 200 | false
    unknown path                    | GET /nowhere HTTP/1.1~Host: x~~                                | 404 | false
    no host                         | GET / HTTP/1.1~~                                               | 400 | true
    two hosts                       | GET / HTTP/1.1~Host: x~Host: y~~                               | 400 | true
    not HTTP                        | hello~~                                                        | 400 | true
    no target                       | GET HTTP/1.1~Host: x~~                                         | 400 | true
    authority as target             | CONNECT x:80 HTTP/1.1~Host: x~~                                | 400 | true
    HTTP/2 preface                  | PRI * HTTP/2.0~~                                               | 505 | true
    a space before the colon        | GET / HTTP/1.1~Host : x~~                                      | 400 | true
    a control character in a value  | GET / HTTP/1.1~Host: x~A: b\0c~~                               | 400 | true
    length and chunks               | POST /body HTTP/1.1~Host: x~Content-Length: 3~Transfer-Encoding: chunked~~0~~ | 400 | true
    two lengths                     | POST /body HTTP/1.1~Host: x~Content-Length: 3~Content-Length: 4~~abcd | 400 | true
    a negative length               | POST /body HTTP/1.1~Host: x~Content-Length: -1~~               | 400 | true
    a length that is no number      | POST /body HTTP/1.1~Host: x~Content-Length: 0x3~~abc           | 400 | true
    chunks in HTTP/1.0              | POST /body HTTP/1.0~Transfer-Encoding: chunked~~0~~            | 400 | true
    chunked is not the last coding  | POST /body HTTP/1.1~Host: x~Transfer-Encoding: chunked, gzip~~ | 400 | true
    an unknown expectation          | POST /body HTTP/1.1~Host: x~Expect: wonders~Content-Length: 1~~a | 417 | true
    a body                          | POST /body HTTP/1.1~Host: x~Content-Length: 3~~abc             | 200 | false
    a body in chunks                | POST /body HTTP/1.1~Host: x~Transfer-Encoding: chunked~~2~ab~1;x=y~c~0~T: u~~ | 200 | false
    no body asked for, none sent    | POST /body HTTP/1.1~Host: x~~                                  | 200 | false
    a body nobody reads             | POST /ignore HTTP/1.1~Host: x~Content-Length: 3~~abc           | 200 | true
    a body announced too long       | POST /body HTTP/1.1~Host: x~Content-Length: 1001~~abc          | 413 | true
    a length beyond all numbers     | POST /body HTTP/1.1~Host: x~Content-Length: 99999999999999999999~~ | 400 | true
    a chunk that is no number       | POST /body HTTP/1.1~Host: x~Transfer-Encoding: chunked~~zz~~   | 400 | true
    the endpoint fails              | GET /fail HTTP/1.1~Host: x~~                                   | 500 | false
    """)
  void answers(String name, String request, int status, boolean closes) throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(request.replace("~", "\r\n").replace("\\0", "\0"));

      RawPeer.Answer answer = peer.readAnswer();

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.closes()).isEqualTo(closes);
      if (closes) {
        assertThat(peer.readToEnd()).isEmpty();
      } else {
        peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(peer.readAnswer().body()).isEqualTo("hello");
      }
    }
  }

  @Test
  void refusesALongRequestLine() throws Exception {
    assertStatus(414, "GET /" + "a".repeat(300) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    assertStatus(414, "a".repeat(400));
  }

  @Test
  void refusesLongHeaders() throws Exception {
    assertStatus(431, "GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(1000) + "\r\n\r\n");
    assertStatus(431, "GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(300) + "\r\n");
  }

  private void assertStatus(int status, String request) throws Exception {
    try (RawPeer peer = host.connect()) {
      assertThat(peer.send(request).readAnswer().status()).isEqualTo(status);
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(peer.readHead())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\r\nContent-Length: 5\r\n");
      peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(peer.readAnswer().body()).isEqualTo("hello");
    }
  }

  @Test
  void datesItsAnswers() throws Exception {
    try (RawPeer peer = host.connect()) {
      assertThat(peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer().head())
          .containsPattern(
              "\r\nDate: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n");
    }
  }

  @Test
  void handsOverTheHead() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(
          "GET /headers?a=b HTTP/1.1\r\nhost: x\r\nUSER-AGENT: me\r\nX-Own: 1\r\nx-own: 2\r\n\r\n");
      assertThat(peer.readAnswer().body())
          .isEqualTo("GET /headers {host=x, user-agent=me, x-own=1, 2}");
    }
  }

  @Test
  void letsNoHeaderSplitTheAnswer() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
      HttpResponse response = HttpResponse.of(200)
          .header("A", "b\u010d\u010ac")
          .header("Content-Length", "99")
          .header("transfer-encoding", "chunked");
      take().respond(response);
      String head = peer.readHead();
      assertThat(head)
          .contains("\r\nA: b??c\r\n")
          .contains("\r\nContent-Length: 0\r\n")
          .doesNotContain("chunked");
    }
  }

  @Test
  void answersFromAnyThreadAndOnlyOnce() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
      HttpExchange exchange = take();
      exchange.respond(HttpResponse.text(200, "first"));
      exchange.respond(HttpResponse.text(200, "second"));
      exchange.abort();
      assertThat(peer.readAnswer().body()).isEqualTo("first");
      peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(peer.readAnswer().body()).isEqualTo("hello");
    }
  }

  @Test
  void sendsALargeAnswer() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
      take().respond(HttpResponse.text(200, "a".repeat(3_000_000)));
      assertThat(peer.readAnswer().body()).hasSize(3_000_000);
    }
  }

  @Test
  void cutsWithoutAnAnswer() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(endOf(peer)).isIn("", "Connection reset");
    }
  }

  @Test
  void noticesThatTheClientOfAWaitingRequestLeft() throws Exception {
    RawPeer leaving = host.connect();
    leaving.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    take();
    leaving.close();
    assertThat(endpoint.events.poll(10, TimeUnit.SECONDS)).isEqualTo("abort");

    RawPeer resetting = host.connect();
    resetting.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    HttpExchange exchange = take();
    resetting.reset();
    assertThat(endpoint.events.poll(10, TimeUnit.SECONDS)).isEqualTo("abort");
    exchange.respond(HttpResponse.of(200));
  }

  private HttpExchange take() throws InterruptedException {
    HttpExchange exchange = endpoint.later.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    return exchange;
  }

  private static String endOf(RawPeer peer) {
    try {
      return peer.readToEnd();
    } catch (java.io.IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
