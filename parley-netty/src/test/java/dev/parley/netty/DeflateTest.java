package dev.parley.netty;

import static dev.parley.netty.WebSocketPeer.CONTINUATION;
import static dev.parley.netty.WebSocketPeer.FIN;
import static dev.parley.netty.WebSocketPeer.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketLink;
import dev.parley.server.transport.WebSocketSettings;
import dev.parley.server.transport.WebSocketSettings.Deflate;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeflateTest {
  private static final int RSV1 = 0x40;
  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  private static final String AGREED =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private final WebSocketEndpoint endpoint = new WebSocketEndpoint();
  private final RunningHost host = RunningHost.with(endpoint);

  DeflateTest() {
    endpoint.settings =
        new WebSocketSettings(Headers.none(), WebSocketEndpoint.MAX_MESSAGE, new Deflate(100));
  }

  @AfterEach
  void close() {
    host.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
      permessage-deflate                                             | yes
      permessage-deflate; client_max_window_bits                     | yes
      permessage-deflate; client_max_window_bits=10                  | yes
      permessage-deflate; client_max_window_bits="15"                | yes
      permessage-deflate; server_no_context_takeover; client_no_context_takeover | yes
      permessage-deflate; server_max_window_bits=15                  | yes; server_max_window_bits=15
      permessage-deflate; server_max_window_bits=10                  | -
      permessage-deflate; server_max_window_bits=10, permessage-deflate | yes
      permessage-deflate; server_max_window_bits                     | -
      permessage-deflate; client_max_window_bits=7                   | -
      permessage-deflate; client_max_window_bits=16                  | -
      permessage-deflate; client_no_context_takeover=1               | -
      permessage-deflate; client_max_window_bits; client_max_window_bits | -
      permessage-deflate; unknown                                    | -
      permessage-deflate;                                            | -
      x-webkit-deflate-frame                                         | -
      permessage-bzip2, permessage-deflate                           | yes
      __proto__; constructor                                         | -
      """)
  void negotiates(String offer, String answer) throws Exception {
    try (WebSocketPeer peer =
        WebSocketPeer.open(host.connect(), "/", "Sec-WebSocket-Extensions: " + offer + "\r\n")) {
      if (answer == null) {
        assertThat(peer.head()).doesNotContain("Sec-WebSocket-Extensions");
        assertThat(peer.text("x".repeat(200)).read().first()).isEqualTo(FIN | TEXT);
      } else {
        assertThat(peer.head())
            .contains("\r\nSec-WebSocket-Extensions: " + answer.replace("yes", AGREED) + "\r\n");
      }
    }
  }

  @Test
  void declinesWhenItIsOff() throws Exception {
    endpoint.settings = new WebSocketSettings(Headers.none(), 1000, null);
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      assertThat(peer.head()).doesNotContain("Sec-WebSocket-Extensions");
      peer.frame(FIN | RSV1 | TEXT, deflate("hello"));
      assertThat(peer.readClose()).isEqualTo(1002);
    }
  }

  /** The example of RFC 7692 §7.2.3.1. */
  @Test
  void readsTheExampleOfTheStandard() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      for (int i = 0; i < 2; i++) {
        peer.frame(FIN | RSV1 | TEXT, HexFormat.of().parseHex("f248cdc9c90700"));
        assertThat(peer.read().toString()).isEqualTo("81 4Hello");
      }
      // In two fragments, and as a final block of §7.2.3.4.
      peer.frame(RSV1 | TEXT, HexFormat.of().parseHex("f248cd"));
      peer.frame(FIN | CONTINUATION, HexFormat.of().parseHex("c9c90700"));
      assertThat(peer.read().text()).isEqualTo("4Hello");
      peer.frame(FIN | RSV1 | TEXT, HexFormat.of().parseHex("f348cdc9c9070000"));
      assertThat(peer.read().text()).isEqualTo("4Hello");
    }
  }

  @Test
  void compressesFromTheThresholdOn() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      assertThat(peer.text("a".repeat(98)).read().first()).isEqualTo(FIN | TEXT);
      for (int i = 0; i < 3; i++) {
        String text = "a".repeat(50_000) + i;
        WebSocketPeer.Received frame =
            peer.frame(FIN | RSV1 | TEXT, deflate(text)).read();
        assertThat(frame.first()).isEqualTo(FIN | RSV1 | TEXT);
        assertThat(frame.payload()).hasSizeLessThan(200);
        assertThat(inflate(frame.payload())).isEqualTo("4" + text);
      }
    }
  }

  @Test
  void sendsPlainWhatShallNotOrCannotBeCompressed() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      WebSocketLink link = endpoint.link();
      byte[] noise = new byte[1000];
      new java.util.Random(1).nextBytes(noise);
      link.lane().execute(() -> {
        link.write(Outgoing.message(Message.text("a".repeat(1000)), false), Revision.V4, false);
        link.write(Outgoing.message(Message.binary(noise), true), Revision.V4, false);
        link.flush();
      });
      assertThat(peer.read().text()).isEqualTo("4" + "a".repeat(1000));
      assertThat(peer.read().payload()).isEqualTo(noise);
    }
  }

  @Test
  void stopsABombBeforeItIsInMemory() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      byte[] bomb = deflate("a".repeat(50_000_000));
      assertThat(bomb.length).isLessThan(WebSocketEndpoint.MAX_MESSAGE);
      peer.frame(FIN | RSV1 | TEXT, bomb);
      assertThat(peer.readClose()).isEqualTo(1009);
      assertThat(endpoint.closed().code()).isEqualTo(1009);
    }
  }

  @Test
  void acceptsExactlyTheBoundAfterInflating() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      peer.frame(FIN | RSV1 | TEXT, deflate("a".repeat(WebSocketEndpoint.MAX_MESSAGE)));
      assertThat(peer.read().first()).isEqualTo(FIN | RSV1 | TEXT);
      peer.frame(FIN | RSV1 | TEXT, deflate("a".repeat(WebSocketEndpoint.MAX_MESSAGE + 1)));
      assertThat(peer.readClose()).isEqualTo(1009);
    }
  }

  @Test
  void refusesWhatIsNotCompressed() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      peer.frame(FIN | RSV1 | TEXT, (byte) 0xff, (byte) 0xff);
      assertThat(peer.readClose()).isEqualTo(1007);
    }
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      peer.frame(FIN | RSV1 | WebSocketPeer.PING);
      assertThat(peer.readClose()).isEqualTo(1002);
    }
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      peer.frame(TEXT).frame(FIN | RSV1 | CONTINUATION);
      assertThat(peer.readClose()).isEqualTo(1002);
    }
  }

  @Test
  void readsAnEmptyCompressedMessage() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host.connect(), "/", OFFER)) {
      peer.frame(FIN | RSV1 | TEXT, (byte) 0);
      assertThat(peer.read().text()).isEqualTo("4");
    }
  }

  private static byte[] deflate(String text) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
    byte[] buffer = new byte[1_000_000];
    int size = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return java.util.Arrays.copyOf(buffer, size - 4);
  }

  private static String inflate(byte[] compressed) throws Exception {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(compressed);
    whole.writeBytes(new byte[] {0, 0, (byte) 0xff, (byte) 0xff});
    Inflater inflater = new Inflater(true);
    inflater.setInput(whole.toByteArray());
    byte[] text = new byte[1_000_000];
    int size = inflater.inflate(text);
    inflater.end();
    return new String(text, 0, size, StandardCharsets.UTF_8);
  }
}
