package dev.parley.benchmarks.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.benchmarks.MemoryInUse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One TCP connection: HTTP until it asks for a WebSocket. */
final class RawConnection extends ChannelInboundHandlerAdapter {
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final String WEB_SOCKET_KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final byte[] HEAD_END = ascii("\r\n\r\n");
  private static final byte[] OK_HEAD = ascii(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\ncache-control: no-store\r\nContent-Length: ");
  private static final ByteBuf POSTED = Unpooled.unreleasableBuffer(
      Unpooled.directBuffer()
          .writeBytes(
              ascii(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncache-control: no-store\r\nContent-Length: 2\r\n\r\nok")));

  private final RawRooms rooms;
  private final List<String> joined = new ArrayList<>(0);
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf partial;
  private @Nullable String pendingBinaryAck;
  private boolean webSocket;
  private boolean unflushed;

  RawConnection(RawRooms rooms) {
    this.rooms = rooms;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    ByteBuf before = partial;
    if (before != null) {
      in = before.writeBytes(in);
      ((ByteBuf) message).release();
      partial = null;
    }
    boolean more = in.isReadable();
    while (more) {
      more = (webSocket ? readFrame(in) : readRequest(in)) && in.isReadable();
    }
    if (!in.isReadable()) {
      in.release();
    } else if (in == before) {
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
    rooms.remove(this, joined);
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  void write(ByteBuf bytes) {
    ChannelHandlerContext ctx = context();
    ctx.write(bytes, ctx.voidPromise());
  }

  void flush() {
    unflushed = false;
    context().flush();
  }

  /** True the first time since the last flush. */
  boolean markUnflushed() {
    boolean first = !unflushed;
    unflushed = true;
    return first;
  }

  /** Answers a GET; takes the body. */
  void respond(ByteBuf body) {
    ByteBuf out = context().alloc().directBuffer(OK_HEAD.length + 16 + body.readableBytes());
    out.writeBytes(OK_HEAD);
    writeDecimal(out, body.readableBytes());
    out.writeBytes(HEAD_END).writeBytes(body);
    body.release();
    write(out);
  }

  /** Reads one frame of a client. @return false if it has not arrived whole */
  private boolean readFrame(ByteBuf in) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    if (readable < 6) {
      return false;
    }
    int opcode = in.getByte(start) & 0x0f;
    int shortLength = in.getByte(start + 1) & 0x7f;
    int head = shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
    if (readable < head) {
      return false;
    }
    int length = shortLength < 126
        ? shortLength
        : shortLength == 126
            ? in.getUnsignedShort(start + 2)
            : Math.toIntExact(in.getLong(start + 2));
    if (readable < head + 4 + length) {
      return false;
    }
    int payload = start + head + 4;
    unmask(in, in.getInt(start + head), payload, length);
    in.readerIndex(payload + length);
    if (opcode == 1) {
      readText(in, payload, length);
    } else if (opcode == 2) {
      readBinary(in, payload, length);
    } else if (opcode == 8) {
      write(context().alloc().directBuffer(2).writeByte(CLOSE).writeByte(0));
      context().flush();
      context().close();
    }
    return true;
  }

  private static void unmask(ByteBuf in, int mask, int start, int length) {
    long wide = (mask & 0xffffffffL) << 32 | mask & 0xffffffffL;
    int at = start;
    int end = start + length;
    for (; at <= end - 8; at += 8) {
      in.setLong(at, in.getLong(at) ^ wide);
    }
    for (int shift = 24; at < end; at++, shift = shift == 0 ? 24 : shift - 8) {
      in.setByte(at, in.getByte(at) ^ mask >>> shift);
    }
  }

  private void readText(ByteBuf in, int start, int length) {
    if (length == 2 && in.getByte(start + 1) == '0') {
      sendText("40{\"sid\":\"" + rooms.nextId() + "\"}");
      rooms.add(this);
      return;
    }
    if (length < 6 || in.getByte(start) != '4') {
      return;
    }
    int bracket = in.indexOf(start, start + length, (byte) '[');
    int event = bracket + 2;
    int end = start + length - 1;
    switch (in.getByte(event)) {
      case 'e' -> echo(in, start + 2, bracket, event + 6, end);
      case 'b' -> pendingBinaryAck = in.toString(start + 4, bracket - start - 4, ISO_8859_1);
      case 'j', 'l' -> changeRoom(in, start + 2, bracket, event, end);
      case 's' -> say(in, event, end);
      case 'a' -> rooms.all(said(in, event + 5, end));
      case 'm' ->
        sendText("43"
            + in.toString(start + 2, bracket - start - 2, ISO_8859_1)
            + "["
            + MemoryInUse.afterCollection()
            + "]");
      default -> context().close();
    }
  }

  private void echo(ByteBuf in, int id, int bracket, int args, int end) {
    int size = 2 + bracket - id + 1 + end - args + 1;
    ByteBuf out = frame(TEXT, size);
    writeAck(out, in, id, bracket).writeBytes(in, args, end - args).writeByte(']');
    write(out);
  }

  private static ByteBuf writeAck(ByteBuf out, ByteBuf in, int id, int bracket) {
    return out.writeByte('4').writeByte('3').writeBytes(in, id, bracket - id).writeByte('[');
  }

  private void readBinary(ByteBuf in, int start, int length) {
    sendText("461-" + pendingBinaryAck + "[{\"_placeholder\":true,\"num\":0}]");
    ByteBuf out = frame(BINARY, length);
    write(out.writeBytes(in, start, length));
  }

  private void changeRoom(ByteBuf in, int id, int bracket, int event, int end) {
    boolean joins = in.getByte(event) == 'j';
    int name = event + (joins ? 7 : 8);
    String room = in.toString(name, end - 1 - name, UTF_8);
    if (joins) {
      rooms.join(room, this);
      joined.add(room);
    } else {
      rooms.leave(room, this);
      joined.remove(room);
    }
    ByteBuf out = frame(TEXT, 2 + bracket - id + 2);
    write(writeAck(out, in, id, bracket).writeByte(']'));
  }

  /** {@code "say",{"room":"...","data":"..."}}, in this order. */
  private void say(ByteBuf in, int event, int end) {
    int room = event + 14;
    int roomEnd = in.indexOf(room, end, (byte) '"');
    rooms.say(in.toString(room, roomEnd - room, UTF_8), said(in, roomEnd + 9, end - 1));
  }

  private ByteBuf said(ByteBuf in, int data, int dataEnd) {
    ByteBuf out = frame(TEXT, 10 + dataEnd - data + 1);
    return out.writeBytes(SAID).writeBytes(in, data, dataEnd - data).writeByte(']');
  }

  private static final byte[] SAID = ascii("42[\"said\",");

  private void sendText(String text) {
    ByteBuf out = frame(TEXT, text.length());
    out.writeCharSequence(text, ISO_8859_1);
    write(out);
  }

  private ByteBuf frame(int head, int length) {
    ByteBuf out = context().alloc().directBuffer(10 + length).writeByte(head);
    if (length < 126) {
      return out.writeByte(length);
    }
    return length < 65536
        ? out.writeByte(126).writeShort(length)
        : out.writeByte(127).writeLong(length);
  }

  /** Reads one request. @return false if it has not arrived whole */
  private boolean readRequest(ByteBuf in) {
    int start = in.readerIndex();
    int headEnd = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(HEAD_END), in);
    if (headEnd < 0) {
      return false;
    }
    boolean post = in.getByte(start) == 'P';
    int lineEnd = in.indexOf(start, headEnd + 1, (byte) '\r');
    int sid = find(in, start, lineEnd, SID);
    if (post) {
      int length = decimal(in, find(in, lineEnd, headEnd, CONTENT_LENGTH));
      if (in.writerIndex() < headEnd + 4 + length) {
        return false;
      }
      write(POSTED.duplicate());
      received(session(in, sid), in, headEnd + 4, length);
      in.readerIndex(headEnd + 4 + length);
      return true;
    }
    in.readerIndex(headEnd + 4);
    int key = find(in, lineEnd, headEnd, WEB_SOCKET_KEY);
    if (key >= 0) {
      accept(in.toString(key, 24, ISO_8859_1));
    } else if (sid >= 0) {
      session(in, sid).poll(this);
    } else {
      String id = rooms.nextId();
      rooms.sessions.put(id, new RawPolling());
      respond(Unpooled.wrappedBuffer(ascii(open(id, "\"websocket\""))));
    }
    return true;
  }

  private static final byte[] SID = ascii("sid=");
  private static final byte[] CONTENT_LENGTH = ascii("\r\nContent-Length: ");
  private static final byte[] WEB_SOCKET_KEY = ascii("\r\nSec-WebSocket-Key: ");

  private RawPolling session(ByteBuf in, int sid) {
    return rooms.sessions.get(in.toString(sid, 20, ISO_8859_1));
  }

  private void received(RawPolling session, ByteBuf in, int start, int length) {
    if (length == 2) {
      byte[] answer = ascii("40{\"sid\":\"" + rooms.nextId() + "\"}");
      session.send(context().alloc().directBuffer(256).writeBytes(answer));
      return;
    }
    int bracket = in.indexOf(start, start + length, (byte) '[');
    int args = bracket + 8;
    ByteBuf out = context().alloc().directBuffer(256 + length);
    writeAck(out, in, start + 2, bracket).writeBytes(in, args, start + length - args);
    session.send(out);
  }

  private void accept(String key) {
    byte[] head =
        ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + Base64.getEncoder().encodeToString(sha1(key + WEB_SOCKET_KEY_SUFFIX))
            + "\r\n\r\n");
    webSocket = true;
    write(context().alloc().directBuffer(head.length).writeBytes(head));
    sendText(open(rooms.nextId(), ""));
  }

  private static String open(String id, String upgrades) {
    return "0{\"sid\":\"" + id + "\",\"upgrades\":[" + upgrades
        + "],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}";
  }

  private static byte[] sha1(String text) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(ascii(text));
    } catch (NoSuchAlgorithmException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }

  /** The index after the first match, or -1. */
  private static int find(ByteBuf in, int start, int end, byte[] what) {
    for (int at = start; at <= end - what.length; at++) {
      int i = 0;
      while (i < what.length && in.getByte(at + i) == what[i]) {
        i++;
      }
      if (i == what.length) {
        return at + i;
      }
    }
    return -1;
  }

  private static int decimal(ByteBuf in, int start) {
    int value = 0;
    for (int at = start; in.getByte(at) >= '0' && in.getByte(at) <= '9'; at++) {
      value = value * 10 + in.getByte(at) - '0';
    }
    return value;
  }

  private static void writeDecimal(ByteBuf out, int value) {
    if (value >= 10) {
      writeDecimal(out, value / 10);
    }
    out.writeByte('0' + value % 10);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext known = context;
    if (known == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return known;
  }
}
