package dev.parley.server.internal;

import dev.parley.Limits;
import dev.parley.Namespace;
import dev.parley.NamespaceMatcher;
import dev.parley.Parley;
import dev.parley.WireFormat;
import dev.parley.protocol.socketio.PacketCodec;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server: it puts the parts together, starts them and takes them down. */
public final class ParleyServer implements Parley {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final ServerConfig config;
  private final @Nullable ExecutorService ownExecutor;
  private final Executor handlerExecutor;
  private final PacketWriter packets;
  private final Namespaces namespaces;
  private final SecureRandom random = new SecureRandom();
  private final CountDownLatch closed = new CountDownLatch(1);

  public ParleyServer(ServerConfig config) {
    this.config = config;
    this.ownExecutor = config.handlerExecutor() == null ? HandlerThreads.create() : null;
    this.handlerExecutor = ownExecutor != null ? ownExecutor : config.handlerExecutor();
    Payloads payloads =
        new Payloads(config.jsonMapper(), config.wireFormat(), config.limits().maxNestingDepth());
    PacketCodec codec =
        config.wireFormat() == WireFormat.JSON ? PacketCodec.json() : PacketCodec.msgpack();
    this.packets = new PacketWriter(codec, payloads, handlerExecutor);
    this.namespaces = new Namespaces(config, packets);
  }

  Limits limits() {
    return config.limits();
  }

  int maxPayload() {
    return config.engine().maxPayload();
  }

  Duration connectTimeout() {
    return config.connectTimeout();
  }

  PacketWriter packets() {
    return packets;
  }

  Namespaces registry() {
    return namespaces;
  }

  Executor handlerExecutor() {
    return handlerExecutor;
  }

  /** 20 characters of base64url, as cluster formats need them. */
  String newSocketId() {
    byte[] bytes = new byte[15];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  @Override
  public Namespace of(String name) {
    return namespaces.of(name);
  }

  @Override
  public Namespace of(Pattern pattern) {
    return namespaces.of(pattern);
  }

  @Override
  public Namespace of(NamespaceMatcher matcher) {
    return namespaces.of(matcher);
  }

  @Override
  public Stream<Namespace> namespaces() {
    return namespaces.all();
  }

  @Override
  public Parley register(Object handlers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Parley register(Class<T> type, Supplier<? extends T> factory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Parley start() throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public int port() {
    return config.host().address().getPort();
  }

  @Override
  public int clientsCount() {
    return 0;
  }

  @Override
  public void awaitStop() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    close(CLOSE_PATIENCE);
  }

  @Override
  public void close(Duration patience) {}
}
