package dev.parley.server.internal;

import dev.parley.Limits;
import dev.parley.Namespace;
import dev.parley.NamespaceMatcher;
import dev.parley.Parley;
import dev.parley.WireFormat;
import dev.parley.http.HttpHandler;
import dev.parley.http.HttpResponse;
import dev.parley.protocol.socketio.PacketCodec;
import dev.parley.server.internal.engine.Engine;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.HttpExchange;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server: it puts the parts together, starts them and takes them down. */
public final class ParleyServer implements Parley, Endpoint {
  private static final System.Logger LOG = System.getLogger(Parley.class.getName());
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private enum State {
    NEW,
    STARTED,
    CLOSED
  }

  private final ServerConfig config;
  private final @Nullable ExecutorService ownExecutor;
  private final Executor handlerExecutor;
  /** Completes futures of acknowledgements. */
  private final @Nullable ExecutorService ownCompletions;

  private final PacketWriter packets;
  private final Namespaces namespaces;
  /** Socket.IO's first, then those of mounted Engine.IO services. */
  private final List<Engine> engines = new ArrayList<>();

  private final SecureRandom random = new SecureRandom();
  private final CountDownLatch closed = new CountDownLatch(1);
  /** Guarded by this. */
  private State state = State.NEW;

  /** @throws IllegalStateException if two services share a path */
  public ParleyServer(ServerConfig config) {
    this.config = config;
    checkPaths(config);
    this.ownExecutor = config.handlerExecutor() == null ? HandlerThreads.create() : null;
    this.handlerExecutor = ownExecutor != null ? ownExecutor : config.handlerExecutor();
    // Handlers may wait for acknowledgements: if they could take all threads of a bounded pool,
    // none
    // would be left to bring them.
    this.ownCompletions =
        ownExecutor instanceof ForkJoinPool ? HandlerThreads.create() : ownExecutor;
    Payloads payloads =
        new Payloads(config.jsonMapper(), config.wireFormat(), config.limits().maxNestingDepth());
    PacketCodec codec =
        config.wireFormat() == WireFormat.JSON ? PacketCodec.json() : PacketCodec.msgpack();
    this.packets = new PacketWriter(
        codec, payloads, ownCompletions != null ? ownCompletions : handlerExecutor);
    this.namespaces = new Namespaces(config, packets);
    namespaces.of("/");
    engines.add(new Engine(
        config.engine(),
        config.limits(),
        handlerExecutor,
        session -> new Connection(this, session),
        config.serveClient(),
        config.onConnectionError()));
    for (ServerConfig.EngineMount mount : config.mounts()) {
      engines.add(new Engine(
          mount.options(),
          config.limits(),
          handlerExecutor,
          new ListenerAcceptor(mount.listener(), config.limits()),
          false,
          config.onConnectionError()));
    }
  }

  private static void checkPaths(ServerConfig config) {
    List<String> paths = new ArrayList<>(List.of(config.engine().path()));
    for (ServerConfig.EngineMount mount : config.mounts()) {
      if (paths.contains(mount.options().path())) {
        throw new IllegalStateException(
            "two services at the path " + mount.options().path());
      }
      paths.add(mount.options().path());
    }
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

  /** 20 characters of base64url, as cluster formats need them. */
  String newSocketId() {
    byte[] bytes = new byte[15];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  @Override
  public void onRequest(HttpExchange exchange) {
    String path = exchange.request().path();
    for (Engine engine : engines) {
      if (engine.handles(path)) {
        engine.onRequest(exchange);
        return;
      }
    }
    HttpHandler handler = config.httpHandler();
    if (handler == null) {
      exchange.respond(HttpResponse.text(404, "Not Found"));
    } else {
      exchange.readBody(maxPayload(), new UserRequest(exchange, handler));
    }
  }

  /** A request for the user's own handler. */
  private final class UserRequest implements HttpExchange.BodyReader {
    private final HttpExchange exchange;
    private final HttpHandler handler;

    UserRequest(HttpExchange exchange, HttpHandler handler) {
      this.exchange = exchange;
      this.handler = handler;
    }

    @Override
    public void onBody(byte[] body) {
      try {
        handlerExecutor.execute(() -> answer(body));
      } catch (RejectedExecutionException closing) {
        exchange.respond(HttpResponse.of(503));
      }
    }

    private void answer(byte[] body) {
      try {
        exchange.respond(handler.handle(exchange.request(), body));
      } catch (Throwable e) {
        LOG.log(System.Logger.Level.ERROR, "the HTTP handler failed at " + exchange.request(), e);
        exchange.respond(HttpResponse.of(500));
      }
    }

    @Override
    public void onTooLarge() {
      exchange.respond(HttpResponse.of(413));
    }

    @Override
    public void onAborted() {}
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
    AnnotatedHandlers.register(this, handlers);
    return this;
  }

  @Override
  public <T> Parley register(Class<T> type, Supplier<? extends T> factory) {
    AnnotatedHandlers.register(this, type, factory);
    return this;
  }

  @Override
  public Parley start() throws IOException {
    synchronized (this) {
      if (state != State.NEW) {
        throw new IllegalStateException(
            "the server was " + (state == State.CLOSED ? "closed" : "started") + " before");
      }
      state = State.STARTED;
    }
    try {
      config.host().start(config.hostSettings(), this);
    } catch (IOException | RuntimeException e) {
      close(Duration.ZERO);
      throw e;
    }
    return this;
  }

  @Override
  public int port() {
    return config.host().address().getPort();
  }

  @Override
  public int clientsCount() {
    return engines.get(0).sessions();
  }

  @Override
  public long misroutedRequests() {
    return engines.stream().mapToLong(Engine::misroutedRequests).sum();
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
  public void close(Duration patience) {
    State before;
    synchronized (this) {
      before = state;
      state = State.CLOSED;
    }
    if (before != State.CLOSED) {
      Deadline deadline = new Deadline(System.nanoTime() + patience.toNanos());
      try {
        if (before == State.STARTED) {
          config.host().stopAccepting();
          endSessions(deadline);
        }
        endHandlers(deadline);
      } finally {
        try {
          config.host().close(deadline.left());
        } finally {
          namespaces.close();
          closed.countDown();
        }
      }
    }
    awaitClosed();
  }

  private record Deadline(long atNanos) {
    Duration left() {
      return Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
    }
  }

  private void endSessions(Deadline deadline) {
    CompletableFuture<?> all = CompletableFuture.allOf(
        engines.stream().map(Engine::close).toArray(CompletableFuture[]::new));
    try {
      all.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      LOG.log(
          System.Logger.Level.WARNING,
          "some clients did not take what was sent to them before the server closed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.log(System.Logger.Level.ERROR, "a session could not be closed", e.getCause());
    }
  }

  private void endHandlers(Deadline deadline) {
    if (ownExecutor != null && ownCompletions != null) {
      end(ownExecutor, deadline);
      if (ownCompletions != ownExecutor) {
        end(ownCompletions, deadline);
      }
    }
  }

  private static void end(ExecutorService executor, Deadline deadline) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "some handlers still ran when the server closed and were interrupted");
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
