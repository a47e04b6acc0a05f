package dev.parley.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * The last handler of a connection's pipeline, whatever it speaks at the moment. Its lane lists it from the moment it
 * is added until the channel is gone or another one takes its place. Lane only.
 */
abstract class Connection extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("dev.parley.netty");

  final NettyLane lane;

  /** Where the lane lists it; -1 if it does not. */
  int slot = -1;

  Connection(NettyLane lane) {
    this.lane = lane;
  }

  abstract ChannelHandlerContext context();

  /** The host closes: tell the peer what its protocol has for this; the channel closes once everything is written. */
  abstract void goAway();

  final void shutDown() {
    goAway();
    context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Closes without a farewell, TLS's included, and drops what the kernel has not sent. */
  final void cut() {
    Channel channel = context().channel();
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException closedAlready) {
      // Then there is nothing left to drop.
    }
    channel.unsafe().close(channel.unsafe().voidPromise());
  }

  /** Bytes written and not yet taken by the kernel, with what Netty adds for its bookkeeping. */
  final long unsentBytes() {
    ChannelOutboundBuffer unsent = context().channel().unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  /** Ends this connection and no other. What a peer can cause is an everyday event and no more than DEBUG. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean everyday = cause instanceof IOException || cause instanceof DecoderException;
    LOG.log(everyday ? Level.DEBUG : Level.WARNING, "connection closed", cause);
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    lane.remove(this);
  }
}
