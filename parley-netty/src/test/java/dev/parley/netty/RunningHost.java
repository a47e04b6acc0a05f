package dev.parley.netty;

import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.HostSettings;
import io.netty.util.LeakPresenceDetector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A host on a free port of the loopback; closing it fails if a buffer was not released. */
final class RunningHost implements AutoCloseable {
  private final NettyHost host;

  private RunningHost(NettyHost host) {
    this.host = host;
  }

  static RunningHost with(Endpoint endpoint) {
    return with(settings -> {}, endpoint);
  }

  static RunningHost with(Consumer<Settings> change, Endpoint endpoint) {
    Settings settings = new Settings();
    change.accept(settings);
    NettyHost host = settings.options.build();
    try {
      host.start(settings.build(), endpoint);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return new RunningHost(host);
  }

  NettyHost host() {
    return host;
  }

  int port() {
    return host.address().getPort();
  }

  RawPeer connect() throws IOException {
    return new RawPeer(port());
  }

  @Override
  public void close() {
    host.close(Duration.ofMillis(500));
    LeakPresenceDetector.check();
  }

  /** Host settings as tests want them: generous times, so that only a test about time meets them. */
  static final class Settings {
    final NettyHost.Builder options = NettyHost.builder().eventLoops(2);
    int port;
    HostSettings.@Nullable Tls tls;
    int maxConnections;
    int maxUrlBytes = 8 * 1024;
    int maxHeaderBytes = 16 * 1024;
    Duration requestTimeout = Duration.ofSeconds(20);
    Duration idleTimeout = Duration.ofSeconds(60);

    HostSettings build() {
      return new HostSettings(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          tls,
          maxConnections,
          maxUrlBytes,
          maxHeaderBytes,
          requestTimeout,
          idleTimeout);
    }
  }
}
