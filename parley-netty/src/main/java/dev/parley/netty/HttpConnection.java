package dev.parley.netty;

import dev.parley.http.HttpResponse;
import dev.parley.netty.ResponseWriter.Persistence;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketSettings;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks HTTP/1.1: one request at a time, the next one decoded when the last is answered (RFC 9112
 * §9.3.2). Until the first byte of a head it is idle; the head, then the body, must arrive within the request
 * timeout; a request that waits for its answer has no deadline here. Lane only.
 */
final class HttpConnection extends Connection {
  /** From the 101 to the first frame of a link that speaks first. */
  private static final long OPEN_DELAY_NANOS = 1_000_000;

  private static final System.Logger LOG = System.getLogger("dev.parley.netty");

  private final RequestDecoder decoder;
  private final Deadline arrival = new Deadline() {
    @Override
    void expired() {
      arrivalExpired();
    }
  };
  private final PatientDeadline idling = new PatientDeadline(this) {
    @Override
    void stuck() {
      ctx.close();
    }
  };
  private @Nullable ChannelHandlerContext ctx;

  /** The request that is read or waits for its answer. */
  private @Nullable NettyExchange exchange;

  /** No request has begun since the last answer. */
  private boolean idle;

  /** The last answer is out or the connection handed over: what still arrives is dropped. */
  private boolean over;

  HttpConnection(NettyLane lane, RequestDecoder decoder) {
    super(lane);
    this.decoder = decoder;
  }

  @Override
  ChannelHandlerContext context() {
    return ctx;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
    lane.add(this);
    lane.deadlines.start(arrival, lane.host.requestNanos);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    lane.deadlines.stop(arrival);
    idling.stop();
    super.handlerRemoved(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    try {
      if (over) {
        return;
      }
      if (message instanceof HttpRequest head) {
        onHead(head);
      } else if (message instanceof HttpContent content && exchange != null) {
        onContent(exchange, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    noticeHead();
  }

  private void noticeHead() {
    if (idle && decoder.midway()) {
      idle = false;
      idling.stop();
      lane.deadlines.start(arrival, lane.host.requestNanos);
    }
  }

  private void onHead(HttpRequest head) {
    lane.deadlines.stop(arrival);
    idling.stop();
    idle = false;
    decoder.stop();
    int refusal = head.decoderResult().isFailure()
        ? statusOf(head.decoderResult().cause())
        : RequestHead.check(head);
    dev.parley.http.HttpRequest request =
        refusal == 0 ? RequestHead.read(head, lane, ctx.channel()) : null;
    if (request == null) {
      refuse(refusal == 0 ? 400 : refusal);
      return;
    }
    NettyExchange next = new NettyExchange(this, request, head);
    exchange = next;
    try {
      lane.host.endpoint.onRequest(next);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the endpoint failed at a request", e);
      next.respond(HttpResponse.of(500));
    }
  }

  private void onContent(NettyExchange current, HttpContent content) {
    RequestBody body = current.body();
    if (body == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      giveUp(current, 400);
    } else if (!body.add(content.content())) {
      decoder.stop();
      lane.deadlines.stop(arrival);
      current.bodyTooLarge();
    } else if (content instanceof LastHttpContent) {
      decoder.stop();
      lane.deadlines.stop(arrival);
      current.bodyComplete();
    }
  }

  boolean isServing(NettyExchange other) {
    return exchange == other;
  }

  /** The exchange wants its body: lets it in, with its deadline. */
  void readBody(NettyExchange current) {
    lane.deadlines.start(arrival, lane.host.requestNanos);
    if (current.expectsContinue()) {
      ResponseWriter.writeContinue(ctx);
    }
    resumeDecoding();
  }

  private void resumeDecoding() {
    try {
      decoder.resume(ctx.pipeline().context(decoder));
    } catch (Exception e) {
      exceptionCaught(ctx, e);
    }
  }

  /** Writes the one answer of an exchange and goes on to the next request or to the end. */
  void answer(NettyExchange current, HttpResponse response) {
    if (current != exchange || over) {
      return;
    }
    exchange = null;
    lane.deadlines.stop(arrival);
    current.bodyGone();
    boolean kept = current.keepAlive() && !response.headers().hasToken("Connection", "close");
    Persistence persistence = !kept
        ? Persistence.CLOSED
        : current.isHttp10() ? Persistence.KEPT_BY_AGREEMENT : Persistence.KEPT;
    ResponseWriter.write(ctx, response, current.isHead(), persistence, lane.date);
    if (kept) {
      ctx.flush();
      awaitNext();
    } else if (current.bodyEnded()) {
      over = true;
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      end();
    }
  }

  private void awaitNext() {
    idle = true;
    idling.start(lane.host.idleNanos);
    // A client that pipelines and never reads must not fill our memory with answers.
    if (ctx.channel().isWritable()) {
      decodeNext();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (idle && !over && ctx.channel().isWritable()) {
      decodeNext();
    }
  }

  private void decodeNext() {
    resumeDecoding();
    noticeHead();
  }

  /** Answers a request that the endpoint never hears of. */
  private void refuse(int status) {
    ResponseWriter.write(ctx, HttpResponse.of(status), false, Persistence.CLOSED, lane.date);
    end();
  }

  /** Ends a request whose body is broken or late: the host answers, and the endpoint hears that nobody is there. */
  private void giveUp(NettyExchange current, int status) {
    if (!current.claim()) {
      return; // Its answer is on the way from another thread, and ends the connection as well.
    }
    exchange = null;
    ResponseWriter.write(
        ctx, HttpResponse.of(status), current.isHead(), Persistence.CLOSED, lane.date);
    end();
    current.gone();
  }

  private void end() {
    over = true;
    Drain.replace(this);
    ctx.pipeline().remove(decoder);
  }

  private void arrivalExpired() {
    NettyExchange current = exchange;
    if (current != null) {
      giveUp(current, 408);
    } else if (decoder.midway()) {
      refuse(408);
    } else {
      ctx.close();
    }
  }

  /** Puts a WebSocket in this connection's place. The exchange has been claimed. */
  void accept(NettyExchange current, WebSocketSettings settings, WebSocketHandler handler) {
    exchange = null;
    WebSocketHandshake.Result result =
        WebSocketHandshake.check(current, settings.deflate() != null);
    if (result.refusal() != null) {
      ResponseWriter.write(ctx, result.refusal(), current.isHead(), Persistence.CLOSED, lane.date);
      end();
      return;
    }
    lane.deadlines.stop(arrival);
    over = true;
    ResponseWriter.writeSwitch(ctx, result.fields(), settings.headers());
    if (settings.speaksFirst()) {
      ctx.flush();
      lane.schedule(() -> open(settings, handler, result), OPEN_DELAY_NANOS);
    } else {
      open(settings, handler, result);
    }
  }

  /** Nothing was read since the 101: what the client sent ahead of time is still in the decoder. */
  private void open(
      WebSocketSettings settings, WebSocketHandler handler, WebSocketHandshake.Result result) {
    if (!ctx.channel().isActive()) {
      return;
    }
    int threshold =
        result.deflate() ? settings.deflate().thresholdBytes() : WebSocketConnection.NO_DEFLATE;
    WebSocketConnection link =
        new WebSocketConnection(lane, handler, settings.maxMessageBytes(), threshold);
    lane.replace(this, link);
    ctx.pipeline().addLast(link);
    link.open();
    if (!ctx.isRemoved()) {
      ctx.channel().config().setAutoRead(true);
      // What the client sent ahead of time goes to the link as soon as the decoder lets go of it.
      ctx.pipeline().remove(this);
      ctx.pipeline().remove(decoder);
    }
  }

  void abort(NettyExchange current) {
    if (current == exchange) {
      exchange = null;
      over = true;
      cut();
      current.bodyGone();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    goAway();
  }

  /** Nobody is there any more, or treated so. */
  @Override
  void goAway() {
    over = true;
    NettyExchange current = exchange;
    if (current != null) {
      exchange = null;
      if (current.claim()) {
        current.gone();
      } else {
        current.bodyGone();
      }
    }
  }

  private static int statusOf(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return 414;
    }
    return cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException
        ? 431
        : 400;
  }
}
