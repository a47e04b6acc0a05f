package dev.parley.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One keep-alive connection for requests, one at a time. A server that closes after an answer, without having said so, gets
 * a new connection for each request from then on.
 */
final class HttpPeer extends Peer {
  private static final int HEAD_END = 0x0d0a0d0a;
  private static final byte[] LENGTH =
      "content-length:".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

  private final Answer answer;
  private @Nullable ByteBuffer request;
  private boolean open;
  private boolean connecting;
  private boolean closes;

  /** Takes the answer to a request. */
  interface Answer {
    /** The body of an answer with status 200. */
    void onBody(ByteBuffer in, int start, int length);
  }

  HttpPeer(Reactor reactor, Answer answer) {
    super(reactor);
    this.answer = answer;
  }

  @Override
  boolean comesAndGoes() {
    return closes;
  }

  /** Sends a request; its bytes must stay as they are until the answer. */
  void send(ByteBuffer bytes) {
    request = bytes;
    if (open) {
      write(bytes.duplicate());
    } else if (!connecting) {
      connecting = true;
      reactor.connect(this);
    }
  }

  @Override
  void opened() {
    connecting = false;
    open = true;
    if (request != null) {
      write(request.duplicate());
    }
  }

  @Override
  void received(ByteBuffer in) {
    int start = in.position();
    int head = start;
    while (head + 4 <= in.limit() && in.getInt(head) != HEAD_END) {
      head++;
    }
    if (head + 4 > in.limit()) {
      keep(in);
      return;
    }
    Load.check(in.get(start + 9) == '2', "an HTTP request was refused");
    int length = contentLength(in, start, head);
    int body = head + 4;
    if (in.limit() < body + length) {
      keep(in);
      return;
    }
    in.position(body + length);
    request = null;
    if (closes) {
      close();
      forget();
    }
    answer.onBody(in, body, length);
  }

  private static int contentLength(ByteBuffer in, int start, int end) {
    for (int at = start; at < end; at++) {
      if (in.get(at) == '\n' && startsWith(in, at + 1)) {
        int digit = at + 1 + LENGTH.length;
        while (in.get(digit) == ' ') {
          digit++;
        }
        int value = 0;
        for (; in.get(digit) >= '0' && in.get(digit) <= '9'; digit++) {
          value = value * 10 + in.get(digit) - '0';
        }
        return value;
      }
    }
    throw new LoadFailure("an HTTP answer without a length");
  }

  private static boolean startsWith(ByteBuffer in, int at) {
    for (int i = 0; i < LENGTH.length; i++) {
      if ((in.get(at + i) | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  @Override
  void ended() {
    closes = true;
    forget();
    if (request != null) {
      send(request);
    }
  }

  private void forget() {
    open = false;
    reset();
  }

  @Override
  void broken(IOException cause) {
    close();
    ended();
  }
}
