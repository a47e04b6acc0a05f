package dev.parley.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection whose peer may still be sending. Closing at once would answer its bytes with a reset, and a
 * reset makes the peer lose the last answer or close frame. So this end sends what was written, says that nothing
 * more comes, and drops what arrives until the peer closes too, for a bounded time. RFC 9112 §9.6. Lane only.
 */
final class Drain extends Connection {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final PatientDeadline deadline = new PatientDeadline(this) {
    @Override
    void stuck() {
      ctx.close();
    }
  };
  private @Nullable ChannelHandlerContext ctx;

  private Drain(NettyLane lane) {
    super(lane);
  }

  /** Takes the connection's place in its lane and its pipeline. */
  static void replace(Connection connection) {
    ChannelHandlerContext old = connection.context();
    if (old.isRemoved()) {
      return;
    }
    Drain drain = new Drain(connection.lane);
    connection.lane.replace(connection, drain);
    old.pipeline().addLast(drain);
    old.pipeline().remove(connection);
    drain.begin();
  }

  private void begin() {
    ctx.channel().config().setAutoRead(true);
    deadline.start(LINGER_NANOS);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> sayEnd());
  }

  private void sayEnd() {
    SslHandler ssl = ctx.pipeline().get(SslHandler.class);
    if (ssl == null) {
      ((DuplexChannel) ctx.channel()).shutdownOutput();
    } else {
      ssl.closeOutbound().addListener(said -> ((DuplexChannel) ctx.channel()).shutdownOutput());
    }
  }

  @Override
  ChannelHandlerContext context() {
    return ctx;
  }

  @Override
  void goAway() {}

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    deadline.stop();
    super.handlerRemoved(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }
}
