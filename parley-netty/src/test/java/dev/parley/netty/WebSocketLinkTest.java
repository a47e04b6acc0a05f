package dev.parley.netty;

import static dev.parley.netty.WebSocketPeer.CLOSE;
import static dev.parley.netty.WebSocketPeer.FIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketLink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebSocketLinkTest {
  private final WebSocketEndpoint endpoint = new WebSocketEndpoint();
  private final RunningHost host =
      RunningHost.with(settings -> settings.requestTimeout = Duration.ofMillis(300), endpoint);

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void keepsTheOrderOfSmallAndLargeFrames() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        texts.add(i + ":" + "x".repeat(i % 7 == 0 ? 5000 : i));
      }
      onLane(link -> {
        texts.forEach(text -> link.write(outgoing(text), Revision.V4, false));
        long pending = link.pendingBytes();
        link.flush();
        return pending;
      });
      for (String text : texts) {
        assertThat(peer.read().text()).isEqualTo("4" + text);
      }
    }
  }

  @Test
  void sendsOnePacketToMany() throws Exception {
    List<WebSocketPeer> peers = new ArrayList<>();
    List<WebSocketLink> links = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      peers.add(WebSocketPeer.open(host));
      links.add(endpoint.link());
    }
    Outgoing small = outgoing("s");
    Outgoing large = outgoing("l".repeat(50_000));
    for (WebSocketLink link : links) {
      link.lane().execute(() -> {
        link.write(small, Revision.V4, false);
        link.write(large, Revision.V3, false);
        link.flush();
      });
    }
    for (WebSocketPeer peer : peers) {
      assertThat(peer.read().text()).isEqualTo("4s");
      assertThat(peer.read().text()).isEqualTo("4" + "l".repeat(50_000));
      peer.close();
    }
  }

  @Test
  void sendsBinaryAsTextToABase64Peer() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      onLane(link -> {
        Outgoing binary = Outgoing.message(Message.binary(new byte[] {1, 2, 3}), true);
        link.write(binary, Revision.V3, true);
        link.write(binary, Revision.V3, false);
        link.write(binary, Revision.V4, false);
        link.flush();
        return null;
      });
      assertThat(peer.read().toString()).isEqualTo("81 b4AQID");
      assertThat(peer.read().payload()).containsExactly(4, 1, 2, 3);
      assertThat(peer.read().payload()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void tellsWhenAPeerReadsTooSlowlyAndWhenItHasCaughtUp() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      int sent = onLane(link -> {
        int count = 0;
        for (; link.writable() && count < 1000; count++) {
          link.write(outgoing("x".repeat(100_000)), Revision.V4, false);
          link.flush();
        }
        assertThat(link.pendingBytes()).isPositive();
        return count;
      });
      assertThat(sent).isLessThan(1000);
      assertThat(endpoint.writable).isEmpty();
      for (int i = 0; i < sent; i++) {
        peer.read();
      }
      assertThat(endpoint.writable.poll(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void holdsBackWhatArrivesWhileReadingIsStopped() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      WebSocketLink link = endpoint.link();
      call(link, on -> {
        on.reading(false);
        return null;
      });
      peer.text("one").text("two");
      // The lane has had its chance to read once this came back.
      call(link, on -> null);
      peer.raw().socket().setSoTimeout(200);
      assertThat(readsNothing(peer)).isTrue();
      peer.raw().socket().setSoTimeout(10_000);
      call(link, on -> {
        on.reading(true);
        return null;
      });
      assertThat(peer.read().text()).isEqualTo("4one");
      assertThat(peer.read().text()).isEqualTo("4two");
    }
  }

  private static boolean readsNothing(WebSocketPeer peer) throws Exception {
    try {
      peer.raw().readByte();
      return false;
    } catch (java.net.SocketTimeoutException expected) {
      return true;
    }
  }

  @Test
  void closesWithAHandshake() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      onLane(link -> {
        link.write(outgoing("bye"), Revision.V4, false);
        link.close(4001, "why");
        link.write(outgoing("too late"), Revision.V4, false);
        link.flush();
        return null;
      });
      assertThat(peer.read().text()).isEqualTo("4bye");
      WebSocketPeer.Received close = peer.read();
      assertThat(close.first()).isEqualTo(FIN | CLOSE);
      assertThat(close.payload()).containsExactly(0x0f, 0xa1, 'w', 'h', 'y');
      peer.text("ignored").frame(FIN | CLOSE, close.payload());
      assertThat(endpoint.closed()).isEqualTo(new WebSocketEndpoint.Closed(4001, null));
      assertThat(peer.raw().readToEnd()).isEmpty();
    }
  }

  @Test
  void sendsAnEmptyCloseFrameFor1005() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      onLane(link -> {
        link.close(1005, "");
        return null;
      });
      assertThat(peer.readClose()).isEqualTo(1005);
      peer.frame(FIN | CLOSE);
      assertThat(endpoint.closed()).isEqualTo(new WebSocketEndpoint.Closed(1005, null));
    }
  }

  @Test
  void cutsAPeerThatDoesNotAnswerTheCloseFrame() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      onLane(link -> {
        link.close(1000, "");
        return null;
      });
      assertThat(peer.readClose()).isEqualTo(1000);
      WebSocketEndpoint.Closed closed = endpoint.closed();
      assertThat(closed.code()).isEqualTo(1006);
      assertThat(closed.cause()).isNotNull();
    }
  }

  @Test
  void aborts() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      onLane(link -> {
        link.abort();
        return null;
      });
      assertThat(endpoint.closed().code()).isEqualTo(1006);
      assertThatThrownBy(peer::read).isInstanceOf(IOException.class);
    }
  }

  @Test
  void reportsABrokenConnection() throws Exception {
    WebSocketPeer.open(host).close();
    assertThat(endpoint.closed().code()).isEqualTo(1006);
    WebSocketPeer.open(host).raw().reset();
    WebSocketEndpoint.Closed closed = endpoint.closed();
    assertThat(closed.code()).isEqualTo(1006);
    assertThat(closed.cause()).isNotNull();
  }

  @Test
  void endsAMessageThatDoesNotGetComplete() throws Exception {
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      peer.frame(WebSocketPeer.TEXT, (byte) 'a');
      assertThat(peer.readClose()).isEqualTo(1008);
      assertThat(endpoint.closed().code()).isEqualTo(1008);
    }
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      peer.raw().send(new byte[] {(byte) 0x81, (byte) 0x85, 0, 0, 0, 0, 'a'});
      assertThat(peer.readClose()).isEqualTo(1008);
    }
  }

  @Test
  void hasNoTimeLimitBetweenMessages() throws Exception {
    try (WebSocketPeer idle = WebSocketPeer.open(host);
        WebSocketPeer slow = WebSocketPeer.open(host)) {
      slow.frame(WebSocketPeer.TEXT, (byte) 'a');
      // As long as a message in fragments may take.
      assertThat(slow.readClose()).isEqualTo(1008);
      assertThat(idle.text("still here").read().text()).isEqualTo("4still here");
    }
  }

  private static Outgoing outgoing(String text) {
    return Outgoing.message(Message.text(text), true);
  }

  private <T> T onLane(Function<WebSocketLink, T> action) throws Exception {
    return call(endpoint.link(), action);
  }

  private static <T> T call(WebSocketLink link, Function<WebSocketLink, T> action)
      throws Exception {
    CompletableFuture<T> result = new CompletableFuture<>();
    link.lane().execute(() -> {
      try {
        result.complete(action.apply(link));
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    return result.get(10, TimeUnit.SECONDS);
  }
}
