package dev.parley.cluster.internal;

import dev.parley.AckException;
import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.Call;
import dev.parley.DataKey;
import dev.parley.Handshake;
import dev.parley.PayloadException;
import dev.parley.RemoteSocket;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A socket of another node. What is done to it goes to all nodes and finds it by its id. */
final class ClusterSocket implements RemoteSocket {
  private static final Duration ACK_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterAdapter adapter;
  private final Bodies bodies;
  private final SocketSnapshot snapshot;
  private final Flags flags;

  ClusterSocket(ClusterAdapter adapter, Bodies bodies, SocketSnapshot snapshot) {
    this(adapter, bodies, snapshot, Flags.DEFAULT);
  }

  private ClusterSocket(
      ClusterAdapter adapter, Bodies bodies, SocketSnapshot snapshot, Flags flags) {
    this.adapter = adapter;
    this.bodies = bodies;
    this.snapshot = snapshot;
    this.flags = flags;
  }

  private Selection onlyThis() {
    return new Selection(Set.of(snapshot.id()), Set.of());
  }

  @Override
  public String id() {
    return snapshot.id();
  }

  @Override
  public Handshake handshake() {
    return new RemoteHandshake(snapshot.handshake());
  }

  @Override
  public Set<String> rooms() {
    return snapshot.rooms();
  }

  @Override
  public <T> @Nullable T data(DataKey<T> key) {
    Object value = snapshot.data().get(key.name());
    try {
      return value == null ? null : JsonMapper.shared().convertValue(value, key.type());
    } catch (JacksonException e) {
      throw new PayloadException(
          "the data \"" + key.name() + "\" cannot be read as " + key.type().getName(), e);
    }
  }

  @Override
  public void join(String... rooms) {
    adapter.socketsJoin(onlyThis(), Flags.DEFAULT, Set.of(rooms));
  }

  @Override
  public void leave(String... rooms) {
    adapter.socketsLeave(onlyThis(), Flags.DEFAULT, Set.of(rooms));
  }

  @Override
  public void disconnect(boolean close) {
    adapter.disconnectSockets(onlyThis(), Flags.DEFAULT, close);
  }

  @Override
  public RemoteSocket asVolatile() {
    return with(new Flags(false, true, flags.compress(), flags.timeout()));
  }

  @Override
  public RemoteSocket compress(boolean compress) {
    return with(new Flags(false, flags.isVolatile(), compress, flags.timeout()));
  }

  @Override
  public RemoteSocket timeout(Duration timeout) {
    return with(new Flags(false, flags.isVolatile(), flags.compress(), timeout));
  }

  private RemoteSocket with(Flags changed) {
    return new ClusterSocket(adapter, bodies, snapshot, changed);
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    adapter.broadcast(new Outbound(event, bodies.event(event, args)), onlyThis(), flags);
  }

  /** Without a timeout it is 10 s: this node does not learn that a client of another one has left. */
  @Override
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    Flags bounded = flags.timeout() != null
        ? flags
        : new Flags(false, flags.isVolatile(), flags.compress(), ACK_TIMEOUT);
    return adapter
        .broadcastWithAck(new Outbound(event, bodies.event(event, args)), onlyThis(), bounded)
        .thenApply(report -> only(event, report));
  }

  private static Args only(String event, AckReport report) {
    List<AckReport.Answer> answers = report.answers();
    if (answers.isEmpty()) {
      throw new AckException(
          AckException.Reason.TIMEOUT, "no acknowledgement of \"" + event + "\" from another node");
    }
    return answers.get(0).values();
  }

  @Override
  @SuppressWarnings("unchecked") // bound to the type that the call declares
  public <T, R> CompletableFuture<R> call(Call<T, R> call, T payload) {
    return emitWithAck(call.name(), payload)
        .thenApply(values -> (R) values.get(0, new TypeReference<Object>() {
          @Override
          public java.lang.reflect.Type getType() {
            return call.answer();
          }
        }));
  }

  @Override
  public String toString() {
    return "socket " + id() + " of " + adapter.namespace() + " on another node";
  }
}
