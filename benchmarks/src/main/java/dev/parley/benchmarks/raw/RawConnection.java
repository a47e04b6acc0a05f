package dev.parley.benchmarks.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One TCP connection: HTTP until it asks for a WebSocket. */
final class RawConnection extends ChannelInboundHandlerAdapter {
  private static final byte[] HEAD_END = RawBytes.ascii("\r\n\r\n");
  private static final byte[] SID = RawBytes.ascii("sid=");
  private static final byte[] CONTENT_LENGTH = RawBytes.ascii("\r\nContent-Length: ");
  private static final byte[] WEB_SOCKET_KEY = RawBytes.ascii("\r\nSec-WebSocket-Key: ");
  private static final String WEB_SOCKET_KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final byte[] OK_HEAD = RawBytes.ascii(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\ncache-control: no-store\r\nContent-Length: ");
  private static final ByteBuf POSTED = Unpooled.unreleasableBuffer(
      Unpooled.directBuffer()
          .writeBytes(
              RawBytes.ascii(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncache-control: no-store\r\nContent-Length: 2\r\n\r\nok")));

  private final RawRooms rooms;
  private @Nullable ChannelHandlerContext context;
  private @Nullable RawWebSocket webSocket;

  /** The start of something that has not arrived whole. */
  private @Nullable ByteBuf partial;

  RawConnection(RawRooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf arrived = (ByteBuf) message;
    ByteBuf in = arrived;
    if (partial != null) {
      in = partial.writeBytes(arrived);
      arrived.release();
      partial = null;
    }
    boolean more = true;
    while (more && in.isReadable()) {
      more = webSocket != null ? webSocket.readFrame(in) : readRequest(in);
    }
    if (!in.isReadable()) {
      in.release();
    } else if (in != arrived) {
      partial = in.discardSomeReadBytes();
    } else {
      partial = ctx.alloc().buffer(Math.max(1024, in.readableBytes() * 2)).writeBytes(in);
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (webSocket != null) {
      webSocket.closed();
    }
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  ByteBuf buffer(int bytes) {
    return context().alloc().directBuffer(bytes);
  }

  void write(ByteBuf bytes) {
    context().write(bytes, context().voidPromise());
  }

  void flush() {
    context().flush();
  }

  /** Sends what was written, then closes. */
  void close() {
    context().flush();
    context().close();
  }

  /** Answers a GET; takes the body. */
  void respond(ByteBuf body) {
    ByteBuf out = buffer(OK_HEAD.length + 16 + body.readableBytes()).writeBytes(OK_HEAD);
    RawBytes.writeDecimal(out, body.readableBytes());
    write(out.writeBytes(HEAD_END).writeBytes(body));
    body.release();
  }

  /** Reads one request. @return false if it has not arrived whole */
  private boolean readRequest(ByteBuf in) {
    int start = in.readerIndex();
    int headEnd = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(HEAD_END), in);
    if (headEnd < 0) {
      return false;
    }
    int body = headEnd + HEAD_END.length;
    int lineEnd = in.indexOf(start, headEnd + 1, (byte) '\r');
    int sid = RawBytes.find(in, start, lineEnd, SID);
    if (in.getByte(start) == 'P') {
      int length = RawBytes.decimal(in, RawBytes.find(in, lineEnd, headEnd, CONTENT_LENGTH));
      if (in.writerIndex() < body + length) {
        return false;
      }
      write(POSTED.duplicate());
      received(session(in, sid), in, body, length);
      in.readerIndex(body + length);
      return true;
    }
    in.readerIndex(body);
    int key = RawBytes.find(in, lineEnd, headEnd, WEB_SOCKET_KEY);
    if (key >= 0) {
      accept(in.toString(key, 24, ISO_8859_1));
    } else if (sid >= 0) {
      session(in, sid).poll(this);
    } else {
      String id = rooms.nextId();
      rooms.sessions.put(id, new RawPolling());
      respond(Unpooled.wrappedBuffer(RawBytes.ascii(open(id, "\"websocket\""))));
    }
    return true;
  }

  private RawPolling session(ByteBuf in, int sid) {
    return rooms.sessions.get(in.toString(sid, 20, ISO_8859_1));
  }

  /** A polling client asks to connect, or for an echo. */
  private void received(RawPolling session, ByteBuf in, int start, int length) {
    if (length == 2) {
      byte[] answer = RawBytes.ascii("40{\"sid\":\"" + rooms.nextId() + "\"}");
      session.send(buffer(256).writeBytes(answer));
      return;
    }
    int bracket = in.indexOf(start, start + length, (byte) '[');
    int args = bracket + "[\"echo\",".length();
    ByteBuf out = buffer(256 + length);
    session.send(
        RawBytes.writeAck(out, in, start + 2, bracket).writeBytes(in, args, start + length - args));
  }

  private void accept(String key) {
    byte[] head = RawBytes.ascii(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(sha1(key + WEB_SOCKET_KEY_SUFFIX))
            + "\r\n\r\n");
    write(buffer(head.length).writeBytes(head));
    webSocket = new RawWebSocket(this, rooms);
    webSocket.open();
  }

  static String open(String id, String upgrades) {
    return "0{\"sid\":\"" + id + "\",\"upgrades\":[" + upgrades
        + "],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}";
  }

  private static byte[] sha1(String text) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(RawBytes.ascii(text));
    } catch (NoSuchAlgorithmException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext known = context;
    if (known == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return known;
  }
}
