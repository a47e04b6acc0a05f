package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A Socket.IO client on long polling: one connection that waits, one that sends. */
final class PollingClient {
  private static final byte SEPARATOR = 0x1e;
  private static final int FIRST_ID = 1_000_000;

  private final Reactor reactor;
  private final Listener listener;
  private final String data;
  private final HttpPeer polls;
  private final HttpPeer posts;
  private @Nullable ByteBuffer poll;
  private @Nullable ByteBuffer connect;
  private @Nullable ByteBuffer pong;
  private @Nullable Template echo;
  private boolean posting;
  private boolean pongDue;
  private int sent;
  private int acked;
  final int index;

  /** Hears what happened. */
  interface Listener {
    void onConnected(PollingClient client);

    /** The event was acknowledged and its request answered. */
    void onEchoed(PollingClient client);
  }

  PollingClient(Reactor reactor, Listener listener, int index, int length) {
    this.reactor = reactor;
    this.listener = listener;
    this.index = index;
    this.data = "x".repeat(length);
    this.polls = new HttpPeer(reactor, this::onPolled);
    this.posts = new HttpPeer(reactor, this::onPosted);
  }

  void open() {
    polls.send(get(""));
  }

  private ByteBuffer get(String sid) {
    return direct("GET /socket.io/?EIO=4&transport=polling" + sid + " HTTP/1.1\r\nHost: 127.0.0.1:"
        + reactor.port() + "\r\n\r\n");
  }

  private static String post(int port, String sid, String body) {
    return "POST /socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: 127.0.0.1:"
        + port + "\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: " + body.length()
        + "\r\n\r\n" + body;
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** Sends the event; not before the last one was echoed. */
  void echo() {
    posting = true;
    posts.send(prepared(echo).with(FIRST_ID + sent++ % FIRST_ID));
  }

  private void onPosted(ByteBuffer in, int start, int length) {
    Load.check(
        length == 2 && in.get(start) == 'o', "a POST was answered with something else than ok");
    posting = false;
    if (pongDue) {
      pongDue = false;
      posting = true;
      posts.send(prepared(pong));
    } else {
      goOn();
    }
  }

  private void goOn() {
    if (!posting && sent > 0 && acked == sent) {
      listener.onEchoed(this);
    }
  }

  private void onPolled(ByteBuffer in, int start, int length) {
    if (poll == null) {
      opened(in, start, length);
      return;
    }
    polls.send(prepared(poll));
    int end = start + length;
    int at = start;
    while (at < end) {
      int stop = at;
      while (stop < end && in.get(stop) != SEPARATOR) {
        stop++;
      }
      received(in, at, stop - at);
      at = stop + 1;
    }
  }

  private void opened(ByteBuffer in, int start, int length) {
    byte[] bytes = new byte[length];
    in.get(start, bytes);
    String body = new String(bytes, ISO_8859_1);
    int sidStart = body.indexOf("\"sid\":\"") + 7;
    Load.check(body.startsWith("0{") && sidStart > 7, "a handshake without a session id");
    String sid = body.substring(sidStart, body.indexOf('"', sidStart));
    poll = get("&sid=" + sid);
    pong = direct(post(reactor.port(), sid, "3"));
    connect = direct(post(reactor.port(), sid, "40"));
    echo = Template.plain(post(reactor.port(), sid, "42#######[\"echo\",\"" + data + "\"]"));
    polls.send(prepared(poll));
    posting = true;
    posts.send(prepared(connect));
  }

  private void received(ByteBuffer in, int at, int length) {
    if (in.get(at) == '2') {
      pongDue = true;
    } else if (in.get(at) == '4' && in.get(at + 1) == '0') {
      listener.onConnected(this);
    } else if (in.get(at) == '4' && in.get(at + 1) == '3') {
      int id = 0;
      for (int digit = at + 2; in.get(digit) != '['; digit++) {
        id = id * 10 + in.get(digit) - '0';
      }
      Load.check(
          id == FIRST_ID + acked % FIRST_ID, "an acknowledgement is missing or out of order");
      Load.check(
          length == "431234567[\"\"]".length() + data.length(),
          "an acknowledgement has another length than its event");
      acked++;
      goOn();
    } else {
      throw new LoadFailure("an unexpected packet, type " + (char) in.get(at));
    }
  }

  private static <T> T prepared(@Nullable T request) {
    if (request == null) {
      throw new IllegalStateException("no session yet");
    }
    return request;
  }
}
