package dev.parley.benchmarks.raw;

import dev.parley.benchmarks.StandardInput;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** The measured behaviour on bare Netty: {@code --port N [--with-parent]}. One event loop, because it gets one core. */
public final class RawServer implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Channel listener;

  public RawServer(int port) {
    EventLoop loop = group.next();
    RawRooms rooms = new RawRooms(loop);
    listener = new ServerBootstrap()
        .group(group)
        .channel(EpollServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new RawConnection(rooms));
          }
        })
        .bind("0.0.0.0", port)
        .syncUninterruptibly()
        .channel();
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    group.shutdownGracefully();
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> options = List.of(args);
    int port = Integer.parseInt(options.get(options.indexOf("--port") + 1));
    try (RawServer server = new RawServer(port)) {
      System.out.println("ready " + server.port());
      if (options.contains("--with-parent")) {
        StandardInput.awaitEnd();
      } else {
        server.listener.closeFuture().sync();
      }
    }
  }
}
