package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HostSettings.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final Path FILES = Path.of("src/test/resources/tls");
  private static final Tls TLS = new Tls(FILES.resolve("cert.pem"), FILES.resolve("key.pem"));

  private final TestEndpoint endpoint = new TestEndpoint();

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void servesHttps(String version) throws Exception {
    try (RunningHost host = RunningHost.with(settings -> settings.tls = TLS, exchange -> {
          assertThat(exchange.request().secure()).isTrue();
          endpoint.onRequest(exchange);
        });
        RawPeer peer = new RawPeer(secure(host, version))) {
      for (int i = 0; i < 3; i++) {
        assertThat(peer.send(GET).readAnswer().body()).isEqualTo("hello");
      }
      assertThat(((SSLSocket) peer.socket()).getApplicationProtocol()).isEqualTo("http/1.1");
      peer.send(
          "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + "x".repeat(5000));
      assertThat(peer.readAnswer().status()).isEqualTo(413);
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void sendsLargeAnswers() throws Exception {
    try (RunningHost host = RunningHost.with(settings -> settings.tls = TLS, endpoint);
        RawPeer peer = new RawPeer(secure(host, "TLSv1.3"))) {
      peer.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
      endpoint
          .later
          .poll(10, TimeUnit.SECONDS)
          .respond(HttpResponse.text(200, "x".repeat(3_000_000)));
      assertThat(peer.readAnswer().body()).hasSize(3_000_000);
    }
  }

  @Test
  void servesWebSocketsOfTheJdkClient() throws Exception {
    WebSocketEndpoint sockets = new WebSocketEndpoint();
    try (RunningHost host = RunningHost.with(settings -> settings.tls = TLS, sockets)) {
      CompletableFuture<String> echo = new CompletableFuture<>();
      CompletableFuture<Integer> end = new CompletableFuture<>();
      WebSocket socket = HttpClient.newBuilder()
          .sslContext(trusting())
          .build()
          .newWebSocketBuilder()
          .buildAsync(
              URI.create("wss://127.0.0.1:" + host.port() + "/ws"), new WebSocket.Listener() {
                @Override
                public CompletionStage<?> onText(
                    WebSocket webSocket, CharSequence data, boolean last) {
                  echo.complete(data.toString());
                  webSocket.request(1);
                  return null;
                }

                @Override
                public CompletionStage<?> onClose(
                    WebSocket webSocket, int statusCode, String reason) {
                  end.complete(statusCode);
                  return null;
                }
              })
          .get(10, TimeUnit.SECONDS);
      socket.sendText("hi", true);
      assertThat(echo.get(10, TimeUnit.SECONDS)).isEqualTo("4hi");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
      assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
      assertThat(sockets.closed()).isEqualTo(new WebSocketEndpoint.Closed(1000, null));
    }
  }

  @Test
  void closesAPlainConnection() throws Exception {
    try (RunningHost host = RunningHost.with(settings -> settings.tls = TLS, endpoint);
        RawPeer peer = host.connect()) {
      peer.send(GET);
      assertThat(peer.readToEnd()).doesNotContain("HTTP");
      assertThat(endpoint.later).isEmpty();
    }
  }

  @Test
  void boundsTheHandshake() throws Exception {
    try (RunningHost host = RunningHost.with(
            settings -> {
              settings.tls = TLS;
              settings.requestTimeout = Duration.ofMillis(300);
            },
            endpoint);
        RawPeer peer = host.connect()) {
      // The beginning of a ClientHello.
      peer.send(new byte[] {0x16, 3, 1, 2, 0, 1});
      assertThat(peer.readToEnd()).doesNotContain("HTTP");
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "missing.pem,key.pem,missing.pem",
    "cert.pem,missing.pem,missing.pem",
    "key.pem,key.pem,key.pem",
    "cert.pem,cert.pem,cert.pem",
    "cert.pem,encrypted-key.pem,encrypted-key.pem",
    "cert.pem,other-key.pem,other-key.pem",
    ".,key.pem,tls"
  })
  void saysWhichFileIsWrong(String certificate, String key, String named) throws Exception {
    RunningHost.Settings settings = new RunningHost.Settings();
    settings.tls = new Tls(FILES.resolve(certificate), FILES.resolve(key));
    assertThatThrownBy(() -> settings.options.build().start(settings.build(), endpoint))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(named)
        .hasMessageContaining("expected");
  }

  private static Socket secure(RunningHost host, String version) throws Exception {
    SSLSocket socket = (SSLSocket)
        trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), host.port());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (InputStream in = Files.newInputStream(FILES.resolve("cert.pem"))) {
      store.setCertificateEntry(
          "test", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
