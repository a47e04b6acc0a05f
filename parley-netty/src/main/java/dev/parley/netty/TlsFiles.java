package dev.parley.netty;

import dev.parley.server.transport.HostSettings.Tls;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** TLS 1.2 and 1.3 by the JDK, from PEM files; HTTP/1.1 is the only protocol that ALPN agrees to. */
final class TlsFiles {
  private TlsFiles() {}

  /** @throws IOException naming the file that is missing or is not what it should be */
  static SslContext load(Tls tls) throws IOException {
    requireReadable(tls.certificateChain(), "certificate chain");
    requireReadable(tls.privateKey(), "private key");
    SslContextBuilder builder;
    try {
      builder = SslContextBuilder.forServer(
          tls.certificateChain().toFile(), tls.privateKey().toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "cannot use the TLS files: expected X.509 certificates in PEM form in "
              + tls.certificateChain() + " and an unencrypted PKCS#8 key in PEM form in "
              + tls.privateKey() + "; " + e.getMessage(),
          e);
    }
    return builder
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .applicationProtocolConfig(new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  private static void requireReadable(Path file, String what) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("cannot read " + file + ", expected a PEM file with the " + what);
    }
  }
}
