package dev.parley.netty;

import dev.parley.http.Headers;
import dev.parley.http.HttpResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Puts an answer's head, and with it a small body, into one buffer: no header objects, no encoder, one write. */
final class ResponseWriter {
  private static final int MAX_COPIED_BODY = 8 * 1024;
  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

  private ResponseWriter() {}

  /** What the answer says about the connection. */
  enum Persistence {
    /** Goes on, as HTTP/1.1 does without saying so. */
    KEPT,
    /** Goes on, and an HTTP/1.0 client must be told. */
    KEPT_BY_AGREEMENT,
    CLOSED
  }

  /** Writes without flushing. @param headOnly true for HEAD: the length is told, the body is not sent */
  static void write(
      ChannelHandlerContext ctx,
      HttpResponse response,
      boolean headOnly,
      Persistence persistence,
      DateField date) {
    byte[] body = response.body();
    boolean bodyless =
        response.status() < 200 || response.status() == 204 || response.status() == 304;
    boolean withBody = !headOnly && !bodyless && body.length > 0;
    boolean copied = withBody && body.length <= MAX_COPIED_BODY;
    ByteBuf out = ctx.alloc().directBuffer(512 + (copied ? body.length : 0));
    statusLine(out, response.status());
    fields(out, response.headers());
    if (!bodyless) {
      out.writeBytes(CONTENT_LENGTH)
          .writeCharSequence(Integer.toString(body.length), StandardCharsets.US_ASCII);
      crlf(out);
    }
    if (persistence != Persistence.KEPT) {
      out.writeBytes(persistence == Persistence.CLOSED ? CLOSE : KEEP_ALIVE);
    }
    crlf(out.writeBytes(date.line()));
    if (copied) {
      out.writeBytes(body);
    }
    ctx.write(out, ctx.voidPromise());
    if (withBody && !copied) {
      ctx.write(Unpooled.wrappedBuffer(body), ctx.voidPromise());
    }
  }

  /** The 101 with these fields, without a Content-Length or Date, not flushed. */
  static void writeSwitch(ChannelHandlerContext ctx, String fixedFields, Headers more) {
    ByteBuf out = ctx.alloc().directBuffer(512);
    statusLine(out, 101);
    out.writeCharSequence(fixedFields, StandardCharsets.ISO_8859_1);
    fields(out, more);
    crlf(out);
    ctx.write(out, ctx.voidPromise());
  }

  static void writeContinue(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), ctx.voidPromise());
  }

  private static void statusLine(ByteBuf out, int status) {
    out.writeBytes(VERSION).writeCharSequence(Integer.toString(status), StandardCharsets.US_ASCII);
    out.writeByte(' ')
        .writeCharSequence(
            HttpResponseStatus.valueOf(status).reasonPhrase(), StandardCharsets.US_ASCII);
    crlf(out);
  }

  private static void fields(ByteBuf out, Headers headers) {
    headers.forEach((name, value) -> {
      if (!framing(name)) {
        // Characters beyond Latin-1 become question marks; none can become a line end.
        out.writeCharSequence(name, StandardCharsets.ISO_8859_1);
        out.writeByte(':').writeByte(' ').writeCharSequence(value, StandardCharsets.ISO_8859_1);
        crlf(out);
      }
    });
  }

  /** Fields that say how the message is framed: the host's own, whatever the endpoint has set. */
  private static boolean framing(String name) {
    switch (name.length()) {
      case 4:
        return name.equalsIgnoreCase("Date");
      case 10:
        return name.equalsIgnoreCase("Connection");
      case 14:
        return name.equalsIgnoreCase("Content-Length");
      case 17:
        return name.equalsIgnoreCase("Transfer-Encoding");
      default:
        return false;
    }
  }

  private static void crlf(ByteBuf out) {
    out.writeByte('\r').writeByte('\n');
  }

  private static byte[] ascii(String text) {
    return new AsciiString(text).toByteArray();
  }
}
