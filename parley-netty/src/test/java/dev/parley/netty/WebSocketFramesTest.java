package dev.parley.netty;

import static dev.parley.netty.WebSocketPeer.BINARY;
import static dev.parley.netty.WebSocketPeer.CLOSE;
import static dev.parley.netty.WebSocketPeer.CONTINUATION;
import static dev.parley.netty.WebSocketPeer.FIN;
import static dev.parley.netty.WebSocketPeer.PING;
import static dev.parley.netty.WebSocketPeer.PONG;
import static dev.parley.netty.WebSocketPeer.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.WebSocketLink;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketFramesTest {
  private final WebSocketEndpoint endpoint = new WebSocketEndpoint();
  private final RunningHost host = RunningHost.with(endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        7,
        124,
        125,
        126,
        127,
        2047,
        2048,
        4096,
        65534,
        65535,
        65536,
        WebSocketEndpoint.MAX_MESSAGE
      })
  void echoesEveryLength(int length) throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      String text = "ü".repeat(length / 2) + "x".repeat(length % 2);
      WebSocketPeer.Received received = peer.text(text).read();
      assertThat(received.first()).isEqualTo(FIN | TEXT);
      assertThat(received.text()).isEqualTo("4" + text);

      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) i;
      }
      received = peer.frame(FIN | BINARY, bytes).read();
      assertThat(received.first()).isEqualTo(FIN | BINARY);
      assertThat(received.payload()).isEqualTo(bytes);
    }
  }

  /** The frames of RFC 6455 §5.7. */
  @Test
  void readsTheExamplesOfTheStandard() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      peer.raw().send(hex("818537fa213d7f9f4d5158"));
      assertThat(peer.read().text()).isEqualTo("4Hello");
      peer.raw().send(hex("898537fa213d7f9f4d5158"));
      assertThat(peer.raw().read(7)).isEqualTo(hex("8a0548656c6c6f"));
    }
  }

  @Test
  void readsFramesHoweverTheNetworkSplitsThem() throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(WebSocketPeer.bytes(TEXT, "on".getBytes(StandardCharsets.UTF_8)));
    all.writeBytes(WebSocketPeer.bytes(FIN | PING, (byte) '!'));
    all.writeBytes(WebSocketPeer.bytes(CONTINUATION));
    all.writeBytes(WebSocketPeer.bytes(FIN | CONTINUATION, "e".getBytes(StandardCharsets.UTF_8)));
    all.writeBytes(
        WebSocketPeer.bytes(FIN | TEXT, "t".repeat(200).getBytes(StandardCharsets.UTF_8)));
    byte[] bytes = all.toByteArray();
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      for (int step = 1; step < bytes.length; step = step < 16 ? step + 1 : 2 * step) {
        for (int at = 0; at < bytes.length; at += step) {
          peer.raw()
              .send(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + step)));
        }
        assertThat(peer.read().toString()).isEqualTo("8a !");
        assertThat(peer.read().text()).isEqualTo("4one");
        assertThat(peer.read().text()).isEqualTo("4" + "t".repeat(200));
      }
    }
  }

  @Test
  void joinsFragmentsAndAnswersPingsBetween() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      peer.frame(BINARY, new byte[] {1}).frame(FIN | PING, new byte[125]).frame(FIN | PONG);
      assertThat(peer.read().payload()).hasSize(125);
      peer.frame(CONTINUATION, new byte[] {2}).frame(FIN | CONTINUATION, new byte[] {3});
      assertThat(peer.read().payload()).containsExactly(1, 2, 3);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
      not masked                          | 8101 61                  | 1002
      RSV1 without an extension           | c181 00000000 61         | 1002
      RSV2                                | a181 00000000 61         | 1002
      RSV3                                | 9181 00000000 61         | 1002
      opcode 3                            | 8381 00000000 61         | 1002
      opcode 11                           | 8b81 00000000 61         | 1002
      a ping in fragments                 | 0981 00000000 61         | 1002
      a ping of 126 bytes                 | 89fe 007e 00000000       | 1002
      a continuation of nothing           | 8081 00000000 61         | 1002
      text inside text                    | 0181 00000000 61 8181 00000000 61 | 1002
      a length of two bytes for 125       | 81fe 007d 00000000       | 1002
      a length of eight bytes for 65535   | 81ff 000000000000ffff 00000000 | 1002
      a negative length                   | 81ff ffffffffffffffff 00000000 | 1002
      a length beyond the bound           | 81ff 00000000000186a1 00000000 | 1009
      a length beyond all arrays          | 82ff 7fffffffffffffff 00000000 | 1009
      two fragments beyond the bound      | 0181 00000000 61 80ff 00000000000186a0 00000000 | 1009
      a close frame of one byte           | 8881 00000000 03         | 1002
      close code 999                      | 8882 00000000 03e7       | 1002
      close code 1005                     | 8882 00000000 03ed       | 1002
      close code 1006                     | 8882 00000000 03ee       | 1002
      close code 1015                     | 8882 00000000 03f7       | 1002
      close code 5000                     | 8882 00000000 1388       | 1002
      a close reason that is not UTF-8    | 8883 00000000 03e8 ff    | 1002
      text that is not UTF-8              | 8181 00000000 ff         | 1007
      an overlong form                    | 8182 00000000 c080       | 1007
      a surrogate                         | 8183 00000000 eda080     | 1007
      beyond Unicode                      | 8184 00000000 f4908080   | 1007
      a character cut at the end          | 8182 00000000 e282       | 1007
      a character cut between fragments   | 0181 00000000 e2 8081 00000000 82 | 1007
      """)
  void failsTheConnection(String name, String frames, int code) throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      peer.raw().send(hex(frames.replace(" ", "")));

      assertThat(peer.readClose()).isEqualTo(code);
      assertThat(peer.raw().readToEnd()).isEmpty();
      WebSocketEndpoint.Closed closed = endpoint.closed();
      assertThat(closed.code()).isEqualTo(code);
      assertThat(closed.cause()).isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void acceptsACharacterSplitBetweenFragments() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      peer.frame(TEXT, hex("e282")).frame(FIN | CONTINUATION, hex("ac"));
      assertThat(peer.read().text()).isEqualTo("4€");
    }
  }

  /** The peer still sends when the bound is noticed; it must get the close frame and not a reset. */
  @Test
  void tellsAPeerThatIsStillSending() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      byte[] large = WebSocketPeer.bytes(FIN | BINARY, new byte[4_000_000]);
      peer.raw().send(large);
      assertThat(peer.readClose()).isEqualTo(1009);
      assertThat(peer.raw().readToEnd()).isEmpty();
    }
    assertThat(endpoint.closed().code()).isEqualTo(1009);
  }

  @Test
  void endsAFloodOfTinyFragments() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      flood.writeBytes(WebSocketPeer.bytes(TEXT));
      for (int i = 0; i < WebSocketDecoder.MAX_FRAGMENTS; i++) {
        flood.writeBytes(WebSocketPeer.bytes(CONTINUATION));
      }
      peer.raw().send(flood.toByteArray());
      assertThat(peer.readClose()).isEqualTo(1008);
    }
  }

  @Test
  void answersAFloodOfPingsWithBoundedMemory() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int i = 0; i < 500; i++) {
        flood.writeBytes(WebSocketPeer.bytes(FIN | PING, new byte[125]));
      }
      Thread reader = new Thread(() -> readUntil(peer, "4done"));
      // 60 MB of pings; nobody reads the answers until all are sent.
      Thread writer = new Thread(() -> {
        try {
          for (int i = 0; i < 800; i++) {
            peer.raw().send(flood.toByteArray());
          }
          peer.text("done");
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
      writer.start();
      writer.join(20_000);
      assertThat(writer.isAlive()).as("the host stopped reading").isFalse();
      var link = endpoint.link();
      var pending = new java.util.concurrent.CompletableFuture<Long>();
      link.lane().execute(() -> pending.complete(link.pendingBytes()));
      assertThat(pending.get()).isLessThan(200_000L);
      reader.start();
      reader.join(20_000);
      assertThat(reader.isAlive()).isFalse();
    }
  }

  private static void readUntil(WebSocketPeer peer, String text) {
    try {
      while (!peer.read().text().equals(text)) {}
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void ignoresWhatFollowsTheCloseFrame() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.writeBytes(WebSocketPeer.bytes(FIN | CLOSE, hex("03e8")));
      both.writeBytes(WebSocketPeer.bytes(FIN | TEXT, (byte) 'x'));
      peer.raw().send(both.toByteArray());
      assertThat(peer.readClose()).isEqualTo(1000);
      assertThat(endpoint.closed()).isEqualTo(new WebSocketEndpoint.Closed(1000, null));
    }
  }

  @Test
  void closesOnlyTheConnectionWhoseHandlerFails() throws Exception {
    WebSocketEndpoint failing = new WebSocketEndpoint() {
      @Override
      void onMessage(WebSocketLink link, Message message) {
        if (message.asString().equals("fail")) {
          throw new IllegalStateException("on purpose");
        }
        super.onMessage(link, message);
      }
    };
    try (RunningHost other = RunningHost.with(failing);
        WebSocketPeer bad = WebSocketPeer.open(other);
        WebSocketPeer good = WebSocketPeer.open(other)) {
      assertThat(bad.text("fail").readClose()).isEqualTo(1011);
      assertThat(failing.closed().code()).isEqualTo(1011);
      assertThat(good.text("fine").read().text()).isEqualTo("4fine");
    }
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
