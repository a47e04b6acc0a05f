package dev.parley.cluster.internal;

import dev.parley.AckException;
import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.Broadcast;
import dev.parley.Call;
import dev.parley.DataKey;
import dev.parley.Handshake;
import dev.parley.RemoteSocket;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Selection;
import dev.parley.server.internal.BroadcastOperator;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** A socket of another node. What is done to it goes to all nodes and finds it by its id. */
final class ClusterSocket implements RemoteSocket {
  private final ClusterAdapter adapter;
  private final SocketSnapshot snapshot;

  /** Everybody with this id. */
  private final Broadcast only;

  ClusterSocket(ClusterAdapter adapter, SocketSnapshot snapshot) {
    this(
        adapter,
        snapshot,
        new BroadcastOperator(
            () -> List.of(adapter),
            adapter.bodies(),
            new Selection(Set.of(snapshot.id()), Set.of()),
            Flags.DEFAULT));
  }

  private ClusterSocket(ClusterAdapter adapter, SocketSnapshot snapshot, Broadcast only) {
    this.adapter = adapter;
    this.snapshot = snapshot;
    this.only = only;
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
    Bodies bodies = adapter.bodies();
    return value == null ? null : bodies.args(bodies.values(value), 0).get(0, key.type());
  }

  @Override
  public void join(String... rooms) {
    only.socketsJoin(rooms);
  }

  @Override
  public void leave(String... rooms) {
    only.socketsLeave(rooms);
  }

  @Override
  public void disconnect(boolean close) {
    only.disconnectSockets(close);
  }

  @Override
  public RemoteSocket asVolatile() {
    return new ClusterSocket(adapter, snapshot, only.asVolatile());
  }

  @Override
  public RemoteSocket compress(boolean compress) {
    return new ClusterSocket(adapter, snapshot, only.compress(compress));
  }

  @Override
  public RemoteSocket timeout(Duration timeout) {
    return new ClusterSocket(adapter, snapshot, only.timeout(timeout));
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    only.emit(event, args);
  }

  /** Without a timeout it is 10 s: this node does not learn that a client of another one has left. */
  @Override
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return only.emitWithAck(event, args).thenApply(report -> first(event, report));
  }

  private static Args first(String event, AckReport report) {
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
