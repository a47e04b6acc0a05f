package dev.parley.server.transport;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What every host is told.
 *
 * @param listen the address to bind; port 0 takes a free one
 * @param tls certificate and key, or null for plain HTTP
 * @param maxConnections open TCP connections; more are closed at once. 0: no bound
 * @param maxUrlBytes length of the request line; a longer one is answered with 414
 * @param maxHeaderBytes length of all header fields; longer ones are answered with 431
 * @param requestTimeout the whole head, TLS handshake included, must arrive within this time, then the whole body, and each
 *     WebSocket message from its first fragment to its last; else the connection closes (408 where an answer is possible)
 * @param idleTimeout a kept-alive connection without a request closes after this time
 */
public record HostSettings(
    InetSocketAddress listen,
    @Nullable Tls tls,
    int maxConnections,
    int maxUrlBytes,
    int maxHeaderBytes,
    Duration requestTimeout,
    Duration idleTimeout) {

  /** PEM files: a certificate chain and its unencrypted PKCS#8 key. */
  public record Tls(Path certificateChain, Path privateKey) {}
}
