package dev.parley;

import dev.parley.http.HttpHandler;
import dev.parley.server.adapter.AdapterFactory;
import dev.parley.server.internal.ParleyServer;
import dev.parley.server.internal.ServerConfig;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostProvider;
import dev.parley.server.transport.HostSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Collects a server's options. Not safe for use by several threads; may build several servers. */
public final class ParleyBuilder {
  private InetSocketAddress listen = new InetSocketAddress("127.0.0.1", 8000);
  private HostSettings.@Nullable Tls tls;
  private @Nullable Host host;
  private EngineOptions engine = EngineOptions.defaults().path("/socket.io");
  private Limits limits = Limits.defaults();
  private Duration connectTimeout = Duration.ofSeconds(45);
  private WireFormat wireFormat = WireFormat.JSON;
  private @Nullable JsonMapper jsonMapper;
  private boolean serveClient = true;
  private boolean cleanupEmptyChildNamespaces;
  private @Nullable Executor handlerExecutor;
  private AdapterFactory adapter = local -> local;
  private @Nullable HttpHandler httpHandler;
  private @Nullable Consumer<ConnectionError> onConnectionError;
  private @Nullable Consumer<Namespace> onNamespace;
  private final List<ServerConfig.EngineMount> mounts = new ArrayList<>();

  ParleyBuilder() {}

  /** Listens on this port of every address; 0 takes a free one. Default: port 8000 of 127.0.0.1 only. */
  public ParleyBuilder listen(int port) {
    return listen(new InetSocketAddress(port));
  }

  /** Listens on this port of the address that this name stands for. */
  public ParleyBuilder listen(String address, int port) {
    InetSocketAddress resolved = new InetSocketAddress(address, port);
    if (resolved.isUnresolved()) {
      throw new IllegalArgumentException(
          "cannot resolve the address \"" + address + "\" to listen on");
    }
    return listen(resolved);
  }

  private ParleyBuilder listen(InetSocketAddress address) {
    this.listen = address;
    return this;
  }

  /** Serves TLS with a certificate chain and its unencrypted PKCS#8 key, both in PEM files. Read at the start. */
  public ParleyBuilder tls(Path certificateChain, Path privateKey) {
    this.tls = new HostSettings.Tls(certificateChain, privateKey);
    return this;
  }

  /** The host to run on. Default: the one on the class path or module path. A host serves one server. */
  public ParleyBuilder host(Host host) {
    this.host = Objects.requireNonNull(host);
    return this;
  }

  /** Changes the transport's options, for example {@code engine(e -> e.pingInterval(ofSeconds(10)))}. */
  public ParleyBuilder engine(UnaryOperator<EngineOptions> change) {
    this.engine = change.apply(engine);
    return this;
  }

  /** Changes the bounds, for example {@code limits(l -> l.maxQueuedBytes(1 << 20))}. */
  public ParleyBuilder limits(UnaryOperator<Limits> change) {
    this.limits = change.apply(limits);
    return this;
  }

  /** Pages of these origins may connect, with credentials; see {@link Cors#origins}. */
  public ParleyBuilder origins(String... origins) {
    return engine(e -> e.cors(Cors.origins(origins)));
  }

  /**
   * The name of this server among several behind a balancer, which finds the node of a session by it; see {@link
   * EngineOptions#nodeName(String)}. Holds for every service of the server that has no name of its own.
   */
  public ParleyBuilder nodeName(String name) {
    return engine(e -> e.nodeName(name));
  }

  /** A connection that joined no namespace by then is closed. Default 45 s. */
  public ParleyBuilder connectTimeout(Duration timeout) {
    if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "connect timeout " + timeout + ", between 1 ms and 1 day is allowed");
    }
    this.connectTimeout = timeout;
    return this;
  }

  /** How packets are written; every client of the server must use the same. Default JSON. */
  public ParleyBuilder wireFormat(WireFormat format) {
    this.wireFormat = Objects.requireNonNull(format);
    return this;
  }

  /** Binds and writes payloads. Its own limits of depth and size do not count; ours do. Default: Jackson's defaults. */
  public ParleyBuilder jsonMapper(JsonMapper mapper) {
    this.jsonMapper = Objects.requireNonNull(mapper);
    return this;
  }

  /** Whether the JavaScript client is served under the path, as {@code /socket.io/socket.io.js} and others. Default true. */
  public ParleyBuilder serveClient(boolean serve) {
    this.serveClient = serve;
    return this;
  }

  /** Whether a child of a dynamic namespace ends with its last socket. Default false. */
  public ParleyBuilder cleanupEmptyChildNamespaces(boolean cleanup) {
    this.cleanupEmptyChildNamespaces = cleanup;
    return this;
  }

  /**
   * Runs handlers. It is not closed with the server. Default: virtual threads where the running JVM has them, else a pool of
   * at most 256 threads that end when idle.
   *
   * <p>It gets what several clients' handlers have to do in one task, which then gives it the rest. It must not run a task in
   * the thread that calls it, as that may be an event loop. A client whose events it refuses, as a full pool may, is closed
   * with {@code forced server close}. What follows a future, such as that of {@code emitWithAck}, runs here too: if handlers
   * wait for futures in all threads of a bounded pool, they wait for ever.
   */
  public ParleyBuilder handlerExecutor(Executor executor) {
    this.handlerExecutor = Objects.requireNonNull(executor);
    return this;
  }

  /** Where rooms live and how broadcasts travel. Default: the memory of this node. */
  public ParleyBuilder adapter(AdapterFactory adapter) {
    this.adapter = Objects.requireNonNull(adapter);
    return this;
  }

  /** Answers requests to other paths, so that a page and its socket share the port. Default 404. */
  public ParleyBuilder http(HttpHandler handler) {
    this.httpHandler = Objects.requireNonNull(handler);
    return this;
  }

  /** Hears of every request that the engine refused; runs on an event loop and must not block. */
  public ParleyBuilder onConnectionError(Consumer<ConnectionError> listener) {
    this.onConnectionError = Objects.requireNonNull(listener);
    return this;
  }

  /** Hears of every namespace that is made, {@code /} excepted. */
  public ParleyBuilder onNamespace(Consumer<Namespace> listener) {
    this.onNamespace = Objects.requireNonNull(listener);
    return this;
  }

  /** Serves plain Engine.IO beside Socket.IO on the same port, at the options' path. */
  public ParleyBuilder engine(EngineOptions options, EngineListener listener) {
    mounts.add(new ServerConfig.EngineMount(options, listener));
    return this;
  }

  /**
   * The server, not yet listening.
   *
   * @throws IllegalStateException if there is no host, or two services share a path, or two nodes a tag
   */
  public Parley build() {
    HostSettings settings = new HostSettings(
        listen,
        tls,
        limits.maxConnections(),
        limits.maxUrlBytes(),
        limits.maxHeaderBytes(),
        limits.requestTimeout(),
        limits.idleTimeout());
    return new ParleyServer(new ServerConfig(
        host != null ? host : findHost(),
        settings,
        engine,
        limits,
        connectTimeout,
        wireFormat,
        jsonMapper != null ? jsonMapper : JsonMapper.shared(),
        serveClient,
        cleanupEmptyChildNamespaces,
        handlerExecutor,
        adapter,
        httpHandler,
        onConnectionError,
        onNamespace,
        mounts.stream().map(this::named).toList()));
  }

  private ServerConfig.EngineMount named(ServerConfig.EngineMount mount) {
    NodeName node = engine.nodeName();
    if (node == null || mount.options().nodeName() != null) {
      return mount;
    }
    return new ServerConfig.EngineMount(mount.options().nodeName(node.name()), mount.listener());
  }

  private static Host findHost() {
    return ServiceLoader.load(HostProvider.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "no host found: add parley-netty to the class path, or call host(...)"))
        .create();
  }
}
