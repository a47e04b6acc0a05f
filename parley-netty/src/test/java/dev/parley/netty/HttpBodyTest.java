package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpBodyTest {
  private static final String POST = "POST /body HTTP/1.1\r\nHost: x\r\n";
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final TestEndpoint endpoint = new TestEndpoint();
  private final RunningHost host = RunningHost.with(endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void takesABodyOfExactlyTheBound() throws Exception {
    try (RawPeer peer = host.connect()) {
      String body = "a".repeat(TestEndpoint.MAX_BODY);
      peer.send(POST + "Content-Length: 1000\r\n\r\n" + body);
      assertThat(peer.readAnswer().body()).isEqualTo(body);
      peer.send(POST + "Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + body + "\r\n0\r\n\r\n");
      assertThat(peer.readAnswer().body()).isEqualTo(body);
    }
  }

  @Test
  void countsChunksAgainstTheBound() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(POST + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\na\r\n".repeat(1001));
      RawPeer.Answer answer = peer.readAnswer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.closes()).isTrue();
    }
  }

  /** The client is in the middle of its upload when it is refused; it must see the answer and not a reset. */
  @Test
  void tellsAClientThatIsStillSending() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(POST + "Content-Length: 3000000\r\n\r\n");
      peer.send("a".repeat(3_000_000));
      assertThat(peer.readAnswer().status()).isEqualTo(413);
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void invitesTheBodyOfAClientThatAsks() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(POST + "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n");
      assertThat(peer.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      peer.send("abc");
      assertThat(peer.readAnswer().body()).isEqualTo("abc");
      assertThat(peer.send(GET).readAnswer().body()).isEqualTo("hello");
    }
  }

  @Test
  void doesNotInviteABodyThatIsTooLongOrUnwanted() throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(POST + "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
      assertThat(peer.readAnswer().status()).isEqualTo(413);
      assertThat(peer.readToEnd()).isEmpty();
    }
    try (RawPeer peer = host.connect()) {
      peer.send(
          "POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
      RawPeer.Answer answer = peer.readAnswer();
      assertThat(answer.body()).isEqualTo("ignored");
      assertThat(answer.closes()).isTrue();
    }
  }

  @Test
  void tellsThatTheClientLeftInTheMiddle() throws Exception {
    RawPeer peer = host.connect();
    peer.send(POST + "Content-Length: 3\r\n\r\na");
    awaitHead();
    peer.close();
    assertThat(endpoint.events.poll(10, TimeUnit.SECONDS)).isEqualTo("body aborted");
  }

  private void awaitHead() throws IOException {
    try (RawPeer other = host.connect()) {
      assertThat(other.send(GET).readAnswer().status()).isEqualTo(200);
    }
  }
}
