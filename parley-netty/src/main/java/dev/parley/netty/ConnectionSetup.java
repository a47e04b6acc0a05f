package dev.parley.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

/** Gives a new connection its handlers. One per lane, shared by its connections. */
@ChannelHandler.Sharable
final class ConnectionSetup extends ChannelInitializer<Channel> {
  private final NettyLane lane;

  ConnectionSetup(NettyLane lane) {
    this.lane = lane;
  }

  @Override
  protected void initChannel(Channel channel) {
    RequestDecoder decoder = new RequestDecoder(lane.host.decoding);
    // First, so that the connection is counted out again whatever goes wrong next.
    channel.pipeline().addLast(new HttpConnection(lane, decoder));
    channel.pipeline().addFirst(decoder);
    SslContext ssl = lane.host.ssl;
    if (ssl != null) {
      SslHandler handler = ssl.newHandler(channel.alloc());
      // The deadline of the request head covers the handshake; a timer of its own would only cost.
      handler.setHandshakeTimeoutMillis(0);
      channel.pipeline().addFirst(handler);
    }
  }
}
