package dev.parley.cluster;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.Broadcast;
import dev.parley.RemoteSocket;
import dev.parley.WireFormat;
import dev.parley.cluster.internal.ClusterAdapter;
import dev.parley.cluster.internal.ClusterNode;
import dev.parley.cluster.internal.NoSockets;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Selection;
import dev.parley.server.internal.BroadcastOperator;
import dev.parley.server.internal.Payloads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks to the clients of a cluster from a process that has none: a job, a REST service, a script. Safe from any thread;
 * nothing here blocks but {@link #close()}.
 *
 * <pre>{@code
 * try (ParleyEmitter emitter = ParleyEmitter.at("redis://localhost")) {
 *   emitter.to("user:7").emit("following_notification", notification);
 * }
 * }</pre>
 *
 * <p>It listens to nothing and has no thread for it, unless it was built with {@link Builder#replies()}; then it may ask
 * clients and servers, too.
 */
public final class ParleyEmitter implements Broadcast, AutoCloseable {
  private static final String EMITTER = "emitter";
  private static final int MAX_NESTING_DEPTH = 1000;

  private final Shared shared;
  private final ClusterAdapter adapter;
  private final Broadcast everybody;

  /** What the namespaces of one emitter share. */
  private record Shared(
      ClusterNode node,
      Format format,
      Payloads payloads,
      boolean replies,
      Map<String, ParleyEmitter> namespaces) {}

  private ParleyEmitter(Shared shared, String namespace) {
    this.shared = shared;
    String id = shared.replies ? shared.format.newNodeId() : EMITTER;
    this.adapter = shared.node.emit(new NoSockets(namespace, shared.payloads), id, shared.replies);
    this.everybody = new BroadcastOperator(
        () -> List.of(adapter), shared.payloads, Selection.ALL, Flags.DEFAULT);
  }

  /** An emitter that hears no answers. @throws IllegalArgumentException if no bus knows the URL, see {@link Cluster#at} */
  public static ParleyEmitter at(String url) {
    return builder(url).build();
  }

  public static Builder builder(String url) {
    return new Builder(Wires.open(url));
  }

  public static Builder builder(Wire wire) {
    return new Builder(wire);
  }

  /** Collects what an emitter needs. */
  public static final class Builder {
    private final Wire wire;
    private ClusterOptions options = ClusterOptions.DEFAULT;
    private JsonMapper mapper = JsonMapper.shared();
    private boolean replies;

    private Builder(Wire wire) {
      this.wire = wire;
    }

    /** Gives the emitter an address for answers, so that it may ask. It subscribes to that, and a thread watches deadlines. */
    public Builder replies() {
      replies = true;
      return this;
    }

    public Builder options(ClusterOptions options) {
      this.options = Objects.requireNonNull(options);
      return this;
    }

    /** Writes arguments. Default: Jackson's own. */
    public Builder jsonMapper(JsonMapper mapper) {
      this.mapper = Objects.requireNonNull(mapper);
      return this;
    }

    /** Begins to connect, and does not wait for it: what is emitted before that has succeeded or failed does. */
    public ParleyEmitter build() {
      ClusterNode node = new ClusterNode(wire.bus(), wire.format(), options, replies, null);
      Payloads payloads = new Payloads(mapper, WireFormat.JSON, MAX_NESTING_DEPTH);
      Shared shared = new Shared(node, wire.format(), payloads, replies, new ConcurrentHashMap<>());
      return of(shared, "/");
    }
  }

  /** The same emitter for another namespace; a slash in front is added if it is missing. */
  public ParleyEmitter of(String namespace) {
    return of(shared, namespace.startsWith("/") ? namespace : "/" + namespace);
  }

  private static ParleyEmitter of(Shared shared, String namespace) {
    return shared.namespaces.computeIfAbsent(namespace, name -> new ParleyEmitter(shared, name));
  }

  @Override
  public Broadcast to(String... rooms) {
    return everybody.to(rooms);
  }

  @Override
  public Broadcast except(String... rooms) {
    return everybody.except(rooms);
  }

  /** @throws UnsupportedOperationException always: there are no local sockets */
  @Override
  public Broadcast local() {
    throw new UnsupportedOperationException("an emitter has no local sockets");
  }

  @Override
  public Broadcast asVolatile() {
    return everybody.asVolatile();
  }

  @Override
  public Broadcast compress(boolean compress) {
    return everybody.compress(compress);
  }

  @Override
  public Broadcast timeout(Duration timeout) {
    return everybody.timeout(timeout);
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    everybody.emit(event, args);
  }

  /** @throws IllegalStateException if the emitter was not built with {@link Builder#replies()} */
  @Override
  public CompletableFuture<AckReport> emitWithAck(String event, @Nullable Object... args) {
    return everybody.emitWithAck(event, args);
  }

  /** @throws IllegalStateException if the emitter was not built with {@link Builder#replies()} */
  @Override
  public CompletableFuture<List<RemoteSocket>> fetchSockets() {
    return everybody.fetchSockets();
  }

  @Override
  public void socketsJoin(String... rooms) {
    everybody.socketsJoin(rooms);
  }

  @Override
  public void socketsLeave(String... rooms) {
    everybody.socketsLeave(rooms);
  }

  @Override
  public void disconnectSockets(boolean close) {
    everybody.disconnectSockets(close);
  }

  /** Sends an event to the servers of this namespace; clients do not see it. */
  public void serverSideEmit(String event, @Nullable Object... args) {
    adapter.serverSideEmit(shared.payloads.outbound(event, args));
  }

  /**
   * Asks the servers of this namespace; see {@link dev.parley.Namespace#serverSideEmitWithAck}.
   *
   * @throws IllegalStateException if the emitter was not built with {@link Builder#replies()}
   */
  public CompletableFuture<List<Args>> serverSideEmitWithAck(
      String event, @Nullable Object... args) {
    return adapter.serverSideEmitWithAck(shared.payloads.outbound(event, args));
  }

  /**
   * Completes when the broker has all that was emitted so far.
   *
   * @return fails, naming how many were lost since the last call, if it does not have all
   */
  public CompletableFuture<@Nullable Void> flush() {
    return shared.node.flush();
  }

  public ClusterHealth health() {
    return shared.node.health();
  }

  /** Sends what was emitted, for a second at most, and closes the connection, for all namespaces. */
  @Override
  public void close() {
    shared.node.close();
  }
}
