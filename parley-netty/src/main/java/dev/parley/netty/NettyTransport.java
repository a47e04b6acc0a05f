package dev.parley.netty;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How bytes come from and go to the kernel. */
public enum NettyTransport {
  /** {@link #EPOLL} where its native library is found, else {@link #NIO}. The default. */
  AUTO,
  /**
   * Linux's epoll, through Netty's native library. Its jar is a module that nothing requires; on the module path, add
   * it with {@code --add-modules io.netty.transport.epoll.linux.x86_64} or {@code .aarch_64}.
   */
  EPOLL,
  /** The JDK's selectors: works everywhere. */
  NIO,
  /** Linux's io_uring; needs {@code netty-transport-native-io_uring}, on the module path with {@code --add-modules}. */
  IO_URING;

  /**
   * What {@link #AUTO} means on this machine; the others mean themselves.
   *
   * @throws IOException if it does not work here
   */
  NettyTransport resolve() throws IOException {
    switch (this) {
      case AUTO:
        return Epoll.isAvailable() ? EPOLL : NIO;
      case EPOLL:
        return usable(Epoll.unavailabilityCause());
      case IO_URING:
        return usable(IoUringTransport.unavailabilityCause());
      default:
        return this;
    }
  }

  private NettyTransport usable(@Nullable Throwable problem) throws IOException {
    if (problem != null) {
      throw new IOException("the transport " + this + " does not work here: " + problem, problem);
    }
    return this;
  }

  /** Only for a resolved transport. */
  IoHandlerFactory ioHandlers() {
    return switch (this) {
      case EPOLL -> EpollIoHandler.newFactory();
      case IO_URING -> IoUringTransport.ioHandlers();
      default -> NioIoHandler.newFactory();
    };
  }

  /** Only for a resolved transport. */
  ServerChannel serverChannel() {
    return switch (this) {
      case EPOLL -> new EpollServerSocketChannel();
      case IO_URING -> IoUringTransport.serverChannel();
      default -> new NioServerSocketChannel();
    };
  }

  /** Apart, so that nothing of io_uring is loaded until it is asked for: its jar may be missing. */
  private static final class IoUringTransport {
    static @Nullable Throwable unavailabilityCause() {
      try {
        return IoUring.unavailabilityCause();
      } catch (NoClassDefFoundError missing) {
        return missing;
      }
    }

    static IoHandlerFactory ioHandlers() {
      return IoUringIoHandler.newFactory();
    }

    static ServerChannel serverChannel() {
      return new IoUringServerSocketChannel();
    }
  }
}
