package dev.parley.redis;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Bus;
import dev.parley.cluster.Wire;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis behind TLS, with a certificate that nobody has signed but itself. */
class RedisTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Recorder heard = new Recorder();
  private int port;

  @BeforeEach
  void startRedis(@TempDir Path directory) throws Exception {
    Path store = directory.resolve("store.p12");
    int status = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "redis",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start()
        .waitFor();
    assertThat(status).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    Path key = pem(directory, "PRIVATE KEY", keys.getKey("redis", PASSWORD).getEncoded());
    Path certificate =
        pem(directory, "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    port = RedisServer.freePort();
    open.add(RedisServer.started(
        "--tls-port", String.valueOf(port),
        "--tls-cert-file", certificate.toString(),
        "--tls-key-file", key.toString(),
        "--tls-ca-cert-file", certificate.toString(),
        "--tls-auth-clients", "no"));
  }

  private static Path pem(Path directory, String what, byte[] encoded) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        directory.resolve(what + ".pem"),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private Bus bus(Map<String, String> options) {
    Wire wire = new RedisWireProvider().open(URI.create("rediss://127.0.0.1:" + port), options);
    open.add(wire.bus());
    wire.bus().start(heard);
    return wire.bus();
  }

  @Test
  void aCertificateThatNobodyKnowsIsRefused() {
    bus(Map.of());

    heard.awaitState("certification path");
    assertThat(heard.states).doesNotContain("up");
  }

  @Test
  void messagesGoOverTls() {
    Bus bus = bus(Map.of("verifyPeer", "none"));
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();

    get(bus.publish("a", "tea".getBytes(StandardCharsets.UTF_8)).toCompletableFuture());

    until("a message", () -> heard.messages.equals(List.of("a tea")));
  }
}
