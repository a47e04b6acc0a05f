package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.http.Headers;
import dev.parley.server.transport.WebSocketSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketHandshakeTest {
  private final WebSocketEndpoint endpoint = new WebSocketEndpoint();
  private final RunningHost host = RunningHost.with(endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  /** The key and the answer of RFC 6455 §1.3. */
  @Test
  void provesThatItReadTheKey() throws Exception {
    endpoint.settings =
        new WebSocketSettings(Headers.of("X-One", "1", "Set-Cookie", "io=2"), 1000, null);
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      assertThat(peer.head())
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n")
          .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .contains("\r\nX-One: 1\r\nSet-Cookie: io=2\r\n")
          .doesNotContain("Content-Length", "Extensions");
      assertThat(peer.text("hi").read().text()).isEqualTo("4hi");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
      not a GET         | GET / HTTP/1.1                                      | POST / HTTP/1.1                    | 400
      HTTP/1.0          | GET / HTTP/1.1                                      | GET / HTTP/1.0                     | 400
      with a body       | Host: x                                             | Host: x~Content-Length: 1          | 400
      no upgrade        | Upgrade: websocket                                  | Upgrade: h2c                       | 400
      no connection     | Connection: keep-alive, Upgrade                     | Connection: keep-alive             | 400
      old version       | Sec-WebSocket-Version: 13                           | Sec-WebSocket-Version: 8           | 426
      no version        | Sec-WebSocket-Version: 13                           | A: b                               | 426
      no key            | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==         | A: b                               | 400
      empty key         | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==         | Sec-WebSocket-Key:                 | 400
      short key         | Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==         | Sec-WebSocket-Key: dGhlIHNhbXBsZQ== | 400
      key is not base64 | dGhlIHNhbXBsZSBub25jZQ==                            | dGhlIHNhbXBs*SBub25jZQ==           | 400
      two keys          | Host: x                                             | Host: x~Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA== | 400
      """)
  void refuses(String name, String from, String to, int status) throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send(WebSocketPeer.request("/", "").replace(from, to.replace("~", "\r\n")));

      RawPeer.Answer answer = peer.readAnswer();

      assertThat(answer.status()).isEqualTo(status);
      assertThat(answer.head().contains("\r\nSec-WebSocket-Version: 13\r\n"))
          .isEqualTo(status == 426);
      assertThat(peer.readToEnd()).isEmpty();
      assertThat(endpoint.links).isEmpty();
    }
  }

  @Test
  void readsFramesThatCameWithTheHandshake() throws Exception {
    try (RawPeer raw = host.connect()) {
      raw.send(WebSocketPeer.request("/", "")
          + new String(WebSocketPeer.bytes(0x81, (byte) 'a'), "ISO-8859-1"));
      assertThat(raw.readHead()).startsWith("HTTP/1.1 101 ");
      assertThat(raw.read(4)).containsExactly(0x81, 2, '4', 'a');
    }
  }

  @Test
  void survivesAResetInTheMiddle() throws Exception {
    for (int i = 0; i < 20; i++) {
      RawPeer raw = host.connect();
      raw.send(WebSocketPeer.request("/", ""));
      raw.reset();
    }
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      assertThat(peer.text("hi").read().text()).isEqualTo("4hi");
    }
  }
}
