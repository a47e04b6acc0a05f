package dev.parley.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that may break every rule. */
final class WebSocketPeer implements AutoCloseable {
  static final int FIN = 0x80;
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final RawPeer raw;
  private final String head;

  private WebSocketPeer(RawPeer raw, String head) {
    this.raw = raw;
    this.head = head;
  }

  static String request(String path, String moreFields) {
    return "GET " + path
        + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + moreFields + "\r\n";
  }

  static WebSocketPeer open(RunningHost host) throws IOException {
    return open(host.connect(), "/ws", "");
  }

  static WebSocketPeer open(RawPeer raw, String path, String moreFields) throws IOException {
    raw.send(request(path, moreFields));
    String head = raw.readHead();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    return new WebSocketPeer(raw, head);
  }

  String head() {
    return head;
  }

  RawPeer raw() {
    return raw;
  }

  WebSocketPeer text(String text) throws IOException {
    return frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  WebSocketPeer frame(int firstByte, byte... payload) throws IOException {
    raw.send(bytes(firstByte, payload));
    return this;
  }

  /** A masked frame with the shortest length. */
  static byte[] bytes(int firstByte, byte... payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(firstByte);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65536) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ MASK[i & 3]);
    }
    return out.toByteArray();
  }

  Received read() throws IOException {
    int first = raw.readByte();
    int second = raw.readByte();
    if ((second & 0x80) != 0) {
      throw new AssertionError("a server's frame is masked");
    }
    long length = second;
    if (second >= 126) {
      length = 0;
      for (byte b : raw.read(second == 126 ? 2 : 8)) {
        length = length << 8 | b & 0xff;
      }
    }
    return new Received(first, raw.read((int) length));
  }

  /** The close code that comes next; -1 if the connection ends without a close frame. */
  int readClose() throws IOException {
    Received frame = read();
    if (frame.first() != (FIN | CLOSE)) {
      throw new AssertionError("not a close frame: " + frame);
    }
    return frame.payload().length == 0
        ? 1005
        : (frame.payload()[0] & 0xff) << 8 | frame.payload()[1] & 0xff;
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }

  record Received(int first, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return Integer.toHexString(first) + " " + text();
    }
  }
}
