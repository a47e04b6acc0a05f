package dev.parley.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A Socket.IO client on one WebSocket. It reads the head of each frame and skips the rest, and reports a packet when all
 * of it has arrived.
 */
final class Client extends Peer {
  /** How much of a payload is looked at: enough for the longest header with an event name and a sequence number. */
  private static final int LOOKED_AT = 40;

  /** Where the answer stands in an acknowledgement whose id has seven digits. */
  private static final int ANSWER = "431234567[".length();

  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;

  private static final Template PONG = Template.frame("3");
  private static final Template CONNECT = Template.frame("40");

  /** A close frame without a code, masked. */
  private static final byte[] CLOSE_FRAME = {(byte) 0x88, (byte) 0x80, 0x5a, 0x17, (byte) 0xc3, 0x2e
  };

  private final Listener listener;
  private final boolean comesAndGoes;

  /** Which client it is, to its listener. */
  final int index;

  /** Requests sent and acknowledgements seen; both count on. */
  long sent;

  long acked;

  /** The number that the last acknowledgement brought, if it brought one and its id had seven digits. */
  long answer;

  /** The next sequence number of what is broadcast to it. */
  long nextSequence;

  private boolean accepted;
  private boolean closing;

  private long skip;
  private int frameType;
  private long frameLength;
  private long number;

  /** Hears what happened. */
  interface Listener {
    void onConnected(Client client);

    /** @param id the acknowledgement's id @param length of the whole text frame */
    void onAck(Client client, long id, long length);

    /** @param sequence the eight digits that the data starts with @param length of the whole text frame */
    void onEvent(Client client, long sequence, long length);

    void onBinary(Client client, long length);

    /** Everything that one read brought has been reported. */
    default void afterRead(Client client) {}

    default void onClosed(Client client) {
      throw new LoadFailure("the server closed a connection");
    }
  }

  Client(Reactor reactor, Listener listener, int index, boolean comesAndGoes) {
    super(reactor);
    this.listener = listener;
    this.index = index;
    this.comesAndGoes = comesAndGoes;
  }

  @Override
  boolean comesAndGoes() {
    return comesAndGoes;
  }

  @Override
  void opened() {
    String request = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
        + "Host: 127.0.0.1:"
        + reactor.port()
        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    write(reactor.scratch().put(request.getBytes(ISO_8859_1)).flip());
  }

  /** Sends a close frame; {@link Listener#onClosed} follows. */
  void leave() {
    closing = true;
    write(reactor.scratch().put(CLOSE_FRAME).flip());
  }

  @Override
  void received(ByteBuffer in) {
    if (!accepted && !readAccept(in)) {
      return;
    }
    while (in.hasRemaining()) {
      if (skip > 0) {
        int count = (int) Math.min(skip, in.remaining());
        in.position(in.position() + count);
        skip -= count;
        if (skip == 0) {
          frameArrived();
        }
      } else if (!readHead(in)) {
        keep(in);
        break;
      }
    }
    listener.afterRead(this);
  }

  private boolean readAccept(ByteBuffer in) {
    int start = in.position();
    for (int at = start; at + 4 <= in.limit(); at++) {
      if (in.getInt(at) == 0x0d0a0d0a) {
        if (in.get(start + 9) != '1') {
          throw new LoadFailure("the server refused a WebSocket");
        }
        accepted = true;
        in.position(at + 4);
        return true;
      }
    }
    keep(in);
    return false;
  }

  /** Reads a frame's head and the first bytes of its payload. @return false if they have not arrived */
  private boolean readHead(ByteBuffer in) {
    int start = in.position();
    int readable = in.remaining();
    if (readable < 2) {
      return false;
    }
    int shortLength = in.get(start + 1);
    int head = shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
    if (readable < head) {
      return false;
    }
    long length = shortLength < 126
        ? shortLength
        : shortLength == 126 ? in.getShort(start + 2) & 0xffff : in.getLong(start + 2);
    if (readable < head + Math.min(length, LOOKED_AT)) {
      return false;
    }
    frameLength = length;
    frameType = in.get(start) & 0x0f;
    if (frameType == TEXT) {
      classify(in, start + head, (int) Math.min(length, LOOKED_AT));
    }
    in.position(start + head);
    skip = length;
    if (length == 0) {
      frameArrived();
    }
    return true;
  }

  /** Makes of a text frame one of the kinds below, with its number. */
  private void classify(ByteBuffer in, int at, int length) {
    int engineType = in.get(at);
    frameType = engineType;
    if (engineType != '4' || length < 2) {
      return;
    }
    int type = in.get(at + 1);
    frameType = type << 8;
    switch (type) {
      case '3' -> {
        number = digits(in, at + 2);
        answer = in.get(at + ANSWER) == '"' ? 0 : digits(in, at + ANSWER);
      }
      case '6' -> number = digits(in, at + 4);
      case '2' -> number = digits(in, at + 11);
      default -> {}
    }
  }

  private static long digits(ByteBuffer in, int start) {
    long value = 0;
    int at = start;
    for (int c = in.get(at); c >= '0' && c <= '9'; c = in.get(++at)) {
      value = value * 10 + c - '0';
    }
    return value;
  }

  private void frameArrived() {
    switch (frameType) {
      case '3' << 8 -> listener.onAck(this, number, frameLength);
      case '2' << 8 -> listener.onEvent(this, number, frameLength);
      case '6' << 8 -> listener.onAck(this, number, frameLength);
      case BINARY -> listener.onBinary(this, frameLength);
      case '0' -> write(CONNECT.with());
      case '0' << 8 -> connected();
      case '2' -> write(PONG.with());
      case CLOSE -> closeFrameArrived();
      case PING, '6' -> {}
      default ->
        throw new LoadFailure("an unexpected packet, type " + Integer.toHexString(frameType));
    }
  }

  private boolean announced;

  private void connected() {
    if (!announced) {
      announced = true;
      listener.onConnected(this);
    }
  }

  private void closeFrameArrived() {
    if (!closing) {
      throw new LoadFailure("the server closed a WebSocket");
    }
  }

  @Override
  void ended() {
    listener.onClosed(this);
  }

  @Override
  void broken(IOException cause) {
    if (!closing) {
      super.broken(cause);
    }
    close();
    listener.onClosed(this);
  }
}
