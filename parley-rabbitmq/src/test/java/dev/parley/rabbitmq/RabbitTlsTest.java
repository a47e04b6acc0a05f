package dev.parley.rabbitmq;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With {@code amqps://}, only who has a certificate for the name, from somebody whom this JVM trusts, is RabbitMQ. */
class RabbitTlsTest {
  private static final Path TLS =
      Path.of("..", "conformance", "tls").toAbsolutePath().normalize();

  private static RabbitServer server;
  private static int port;

  @BeforeAll
  static void startServer() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    server = RabbitServer.started(
        "listeners.ssl.1 = 127.0.0.1:" + port,
        "ssl_options.certfile = " + TLS.resolve("localhost.pem"),
        "ssl_options.keyfile = " + TLS.resolve("localhost-key.pem"),
        "ssl_options.verify = verify_none",
        "ssl_options.fail_if_no_peer_cert = false");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  private static SSLContext trusting(Path certificate)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "it", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  @Test
  void aCertificateThatIsTrustedIsEnough() throws Exception {
    SSLContext before = SSLContext.getDefault();
    Recorder recorder = new Recorder();
    SSLContext.setDefault(trusting(TLS.resolve("localhost.pem")));
    try (RabbitBus bus =
        new RabbitBus(URI.create("amqps://localhost:" + port), "tls.parley", Set.of())) {
      bus.start(recorder);
      get(bus.subscribe("a").toCompletableFuture());
      get(bus.publish("a", new byte[] {'1'}).toCompletableFuture());
      until("the message", () -> recorder.messages.contains("a 1"));
    } finally {
      SSLContext.setDefault(before);
    }
  }

  @Test
  void aCertificateThatNobodyKnowsIsRefused() {
    Recorder recorder = new Recorder();
    try (RabbitBus bus =
        new RabbitBus(URI.create("amqps://localhost:" + port), "tls.parley", Set.of())) {
      bus.start(recorder);
      until("a reason", () -> !recorder.interruptions.isEmpty());
    }
    assertThat(recorder.connected).isFalse();
    assertThat(recorder.interruptions.get(0)).contains("certification path");
  }
}
