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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.2 and 1.3 by the JDK, from PEM files; HTTP/1.1 is the only protocol that ALPN agrees to. The files are
 * checked when the host starts: what is wrong with them would else show as a failed handshake at every client.
 */
final class TlsFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private TlsFiles() {}

  /** @throws IOException naming the file that cannot be used, and what was expected in it */
  static SslContext load(Tls tls) throws IOException {
    X509Certificate[] chain = certificates(tls.certificateChain());
    PublicKey publicKey = chain[0].getPublicKey();
    PrivateKey key = key(tls.privateKey(), publicKey.getAlgorithm());
    if (!belongTogether(key, publicKey)) {
      throw new IOException("the key in " + tls.privateKey()
          + " is another one than expected by the first certificate in " + tls.certificateChain());
    }
    return SslContextBuilder.forServer(key, chain)
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .applicationProtocolConfig(new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  private static X509Certificate[] certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toArray(X509Certificate[]::new);
      if (chain.length > 0) {
        return chain;
      }
      throw new GeneralSecurityException("there is none");
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(file, "X.509 certificates in PEM form, the server's own first", e);
    }
  }

  private static PrivateKey key(Path file, String algorithm) throws IOException {
    String expected = "an unencrypted PKCS#8 " + algorithm + " key in PEM form (BEGIN PRIVATE KEY)";
    try {
      Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (!pem.find()) {
        throw new GeneralSecurityException("there is none");
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw unusable(file, expected, e);
    }
  }

  private static IOException unusable(Path file, String expected, Exception cause) {
    return new IOException(
        "cannot use " + file + ", expected " + expected + ": " + cause.getMessage(), cause);
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey) throws IOException {
    String algorithm = signatureOf(key.getAlgorithm());
    if (algorithm == null) {
      return true;
    }
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] proof = signature.sign();
      signature.initVerify(publicKey);
      return signature.verify(proof);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot use the TLS key: " + e.getMessage(), e);
    }
  }

  private static @Nullable String signatureOf(String keyAlgorithm) {
    return switch (keyAlgorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      case "EdDSA" -> "EdDSA";
      default -> null;
    };
  }
}
