package dev.parley.netty;

import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.HostSettings;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What all lanes of a host share: settings, the endpoint, and the number of open connections. Safe from any thread. */
final class HostContext {
  final HostSettings settings;
  final Endpoint endpoint;
  final @Nullable SslContext ssl;
  final NettyHost.Builder options;
  final WriteBufferWaterMark waterMark;
  final HttpDecoderConfig decoding;

  /** One for all channels; what it learns about a channel is kept in that channel. */
  final RecvByteBufAllocator receiving = new AdaptiveRecvByteBufAllocator();

  final long requestNanos;
  final long idleNanos;

  private int connections;

  HostContext(
      HostSettings settings,
      Endpoint endpoint,
      @Nullable SslContext ssl,
      NettyHost.Builder options) {
    this.settings = settings;
    this.endpoint = endpoint;
    this.ssl = ssl;
    this.options = options;
    this.waterMark = new WriteBufferWaterMark(options.lowWaterMark, options.highWaterMark);
    this.decoding = new HttpDecoderConfig()
        .setMaxInitialLineLength(settings.maxUrlBytes())
        .setMaxHeaderSize(settings.maxHeaderBytes())
        .setMaxChunkSize(64 * 1024);
    this.requestNanos = settings.requestTimeout().toNanos();
    this.idleNanos = settings.idleTimeout().toNanos();
  }

  /** How late a deadline may be noticed: a tenth of the shortest, between 10 ms and half a second. */
  long sweepNanos() {
    long tenth = Math.min(requestNanos, idleNanos) / 10;
    return Math.max(
        TimeUnit.MILLISECONDS.toNanos(10), Math.min(TimeUnit.MILLISECONDS.toNanos(500), tenth));
  }

  /** Counts a new connection. @return false if it is one too many; it is not counted then */
  synchronized boolean connectionOpened() {
    int max = settings.maxConnections();
    if (max > 0 && connections >= max) {
      return false;
    }
    connections++;
    return true;
  }

  synchronized void connectionClosed() {
    connections--;
    if (connections == 0) {
      notifyAll();
    }
  }

  /** Waits until no connection is open. @return false if the time was too short */
  synchronized boolean awaitNoConnection(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (connections > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
