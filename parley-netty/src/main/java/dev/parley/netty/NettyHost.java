package dev.parley.netty;

import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostSettings;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The embedded host: HTTP/1.1, WebSocket and TLS on Netty. Each event loop is a lane; the first one also accepts. The
 * loops are made one by one and not as one of Netty's groups, because a group's end wakes a global thread that would
 * outlive {@link #close}. Start and close are for one thread at a time, the rest for any.
 */
public final class NettyHost implements Host {
  private static final System.Logger LOG = System.getLogger("dev.parley.netty");
  private static final long END_SECONDS = 10;

  private final Builder options;
  private final List<Thread> loopThreads = new CopyOnWriteArrayList<>();
  private List<NettyLane> lanes = List.of();
  private @Nullable HostContext context;
  private volatile @Nullable ServerChannel listener;
  private volatile @Nullable InetSocketAddress address;
  private boolean used;

  private NettyHost(Builder options) {
    this.options = options;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void start(HostSettings settings, Endpoint endpoint) throws IOException {
    if (used) {
      throw new IllegalStateException("a host starts once");
    }
    used = true;
    NettyTransport transport = options.transport.resolve();
    SslContext ssl = settings.tls() == null ? null : TlsFiles.load(settings.tls());
    context = new HostContext(settings, endpoint, ssl, options.copy());
    lanes = lanes(context, transport.ioHandlers());
    try {
      ServerChannel channel = listen(transport, settings.listen());
      listener = channel;
      address = (InetSocketAddress) channel.localAddress();
      LOG.log(Level.DEBUG, "listening on {0} by {1}", address, transport);
    } catch (IOException | RuntimeException | Error e) {
      endLoops();
      throw e;
    }
  }

  private List<NettyLane> lanes(HostContext host, IoHandlerFactory ioHandlers) {
    ThreadFactory factory = new DefaultThreadFactory("parley-netty", true);
    ThreadFactory threads = task -> {
      Thread thread = factory.newThread(task);
      loopThreads.add(thread);
      return thread;
    };
    List<NettyLane> made = new ArrayList<>();
    for (int i = 0; i < options.eventLoops; i++) {
      made.add(new NettyLane(host, new SingleThreadIoEventLoop(null, threads, ioHandlers)));
    }
    return List.copyOf(made);
  }

  private ServerChannel listen(NettyTransport transport, InetSocketAddress where)
      throws IOException {
    if (where.isUnresolved()) {
      throw new IOException(
          "cannot listen on " + where.getHostString() + ": the name has no address");
    }
    ServerChannel channel = transport.serverChannel();
    try {
      channel.config().setOption(ChannelOption.SO_BACKLOG, options.backlog);
      channel.config().setOption(ChannelOption.SO_REUSEADDR, options.reuseAddress);
      channel.pipeline().addLast(new Acceptor(context, lanes));
      lanes.get(0).loop.register(channel).syncUninterruptibly();
      channel.bind(where).syncUninterruptibly();
      return channel;
    } catch (Exception e) {
      if (channel.isRegistered()) {
        channel.close().awaitUninterruptibly();
      } else {
        channel.unsafe().closeForcibly();
      }
      throw new IOException(
          "cannot listen on " + where.getHostString() + ":" + where.getPort() + ": "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public InetSocketAddress address() {
    InetSocketAddress known = address;
    if (known == null) {
      throw new IllegalStateException("the host is not started");
    }
    return known;
  }

  @Override
  public void stopAccepting() {
    ServerChannel channel = listener;
    if (channel != null) {
      channel.close().awaitUninterruptibly();
    }
  }

  @Override
  public void close(Duration patience) {
    if (lanes.stream().anyMatch(NettyLane::inLane)) {
      throw new IllegalStateException("a lane cannot wait for its own end");
    }
    if (lanes.isEmpty()) {
      return;
    }
    stopAccepting();
    try {
      lanes.forEach(lane -> lane.execute(lane::shutDownConnections));
      if (!context.awaitNoConnection(patience.toNanos())) {
        lanes.forEach(lane -> lane.execute(lane::cutConnections));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      endLoops();
    }
  }

  /** Ends the loops and what is still registered with them, and waits for their threads. */
  private void endLoops() {
    for (NettyLane lane : lanes) {
      lane.loop.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
    }
    boolean interrupted = Thread.interrupted();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * END_SECONDS);
    for (Thread thread : loopThreads) {
      interrupted |= awaitEnd(thread, end);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    lanes.stream().filter(lane -> lane.loop.isTerminated()).forEach(NettyLane::release);
    lanes = List.of();
  }

  /** The termination future of a loop is done a moment before its thread has ended. @return true if interrupted */
  private static boolean awaitEnd(Thread thread, long endNanos) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      if (millis <= 0) {
        LOG.log(Level.WARNING, "{0} did not end in time", thread.getName());
        break;
      }
      try {
        thread.join(millis);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  /** What only users of Netty set; the defaults suit most. */
  public static final class Builder {
    int eventLoops = Runtime.getRuntime().availableProcessors();
    int backlog = 4096;
    int lowWaterMark = 32 * 1024;
    int highWaterMark = 64 * 1024;
    boolean reuseAddress = true;
    boolean tcpNoDelay = true;
    NettyTransport transport = NettyTransport.AUTO;

    private Builder() {}

    private Builder copy() {
      Builder copy = new Builder();
      copy.eventLoops = eventLoops;
      copy.backlog = backlog;
      copy.lowWaterMark = lowWaterMark;
      copy.highWaterMark = highWaterMark;
      copy.reuseAddress = reuseAddress;
      copy.tcpNoDelay = tcpNoDelay;
      copy.transport = transport;
      return copy;
    }

    /** Event loops, and so lanes. Default: one per processor. */
    public Builder eventLoops(int count) {
      eventLoops = atLeast("event loops", count, 1);
      return this;
    }

    /** Default {@link NettyTransport#AUTO}. */
    public Builder transport(NettyTransport choice) {
      transport = choice;
      return this;
    }

    /** Connections that the kernel holds until they are accepted; it may know a lower bound. Default 4096. */
    public Builder backlog(int connections) {
      backlog = atLeast("backlog", connections, 1);
      return this;
    }

    /**
     * A connection stops being writable above the high mark of unsent bytes and is again below the low one. Default
     * 32 and 64 KiB.
     */
    public Builder writeBuffer(int lowBytes, int highBytes) {
      lowWaterMark = atLeast("low mark", lowBytes, 0);
      highWaterMark = atLeast("high mark", highBytes, Math.max(1, lowBytes));
      return this;
    }

    /** SO_REUSEADDR of the listening socket. Default true. */
    public Builder reuseAddress(boolean on) {
      reuseAddress = on;
      return this;
    }

    /** TCP_NODELAY of connections. Default true. */
    public Builder tcpNoDelay(boolean on) {
      tcpNoDelay = on;
      return this;
    }

    public NettyHost build() {
      return new NettyHost(copy());
    }

    private static int atLeast(String what, int value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(
            what + " " + value + ", at least " + least + " is allowed");
      }
      return value;
    }
  }
}
