package dev.parley.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hands accepted connections to the lanes in turn. In place of Netty's own bootstrap because it refuses connections
 * beyond the bound before they cost anything. Runs on the first lane.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger("dev.parley.netty");

  private final HostContext host;
  private final List<NettyLane> lanes;
  private final List<ConnectionSetup> setups;
  private int next;

  Acceptor(HostContext host, List<NettyLane> lanes) {
    this.host = host;
    this.lanes = lanes;
    this.setups = lanes.stream().map(ConnectionSetup::new).toList();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Channel channel = (Channel) message;
    if (!host.connectionOpened()) {
      channel.unsafe().closeForcibly();
      return;
    }
    configure(channel.config());
    int index = next;
    next = index + 1 == lanes.size() ? 0 : index + 1;
    channel.pipeline().addLast(setups.get(index));
    lanes.get(index).loop.register(channel).addListener(registered -> {
      if (!registered.isSuccess()) {
        host.connectionClosed();
        channel.unsafe().closeForcibly();
        LOG.log(Level.DEBUG, "connection refused", registered.cause());
      }
    });
  }

  private void configure(ChannelConfig config) {
    config.setOption(ChannelOption.TCP_NODELAY, host.options.tcpNoDelay);
    config.setWriteBufferWaterMark(host.waterMark);
    config.setRecvByteBufAllocator(host.receiving);
  }

  /** Most likely out of file descriptors: rests a second instead of failing in a loop. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.log(Level.WARNING, "cannot accept connections, trying again in a second", cause);
    ctx.channel().config().setAutoRead(false);
    ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), 1, TimeUnit.SECONDS);
  }
}
