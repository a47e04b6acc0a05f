package dev.parley.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/**
 * Netty's HTTP decoder with a gate: while a request waits for its answer, what follows it stays undecoded. The
 * connection is still read meanwhile, or nobody would notice that the client of a parked poll went away, but only
 * until this many bytes have gathered.
 */
final class RequestDecoder extends HttpRequestDecoder {
  private static final int MAX_WAITING_BYTES = 16 * 1024;

  private boolean open = true;
  private boolean decoding;
  private boolean readingStopped;

  /** Something of the next object has been seen. */
  private boolean begun;

  RequestDecoder(HttpDecoderConfig config) {
    super(config);
  }

  /** Decodes nothing more once the current object is out. */
  void stop() {
    open = false;
    begun = false;
  }

  /** Decodes on, what has gathered first. */
  void resume(ChannelHandlerContext ctx) throws Exception {
    open = true;
    if (readingStopped) {
      readingStopped = false;
      ctx.channel().config().setAutoRead(true);
    }
    // Inside a call of channelRead its own loop goes on.
    if (!decoding && actualReadableBytes() > 0) {
      channelRead(ctx, Unpooled.EMPTY_BUFFER);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
    decoding = true;
    try {
      super.channelRead(ctx, input);
    } finally {
      decoding = false;
    }
    if (!open && !readingStopped && actualReadableBytes() > MAX_WAITING_BYTES) {
      readingStopped = true;
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** True if a part of a request has arrived, but not all of it. */
  boolean midway() {
    return begun;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (open) {
      begun = true;
      super.decode(ctx, in, out);
    }
  }
}
