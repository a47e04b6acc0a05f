package dev.parley.server.internal;

import dev.parley.AckReport;
import dev.parley.Admission;
import dev.parley.Args;
import dev.parley.Broadcast;
import dev.parley.ErrorHandler;
import dev.parley.Namespace;
import dev.parley.RemoteSocket;
import dev.parley.RoomListener;
import dev.parley.ServerEventHandler;
import dev.parley.server.adapter.Adapter;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What namespaces and the parents of dynamic ones have in common: registering, and emitting to everybody. */
abstract class NamespaceBase extends HandlersBase<Namespace> implements Namespace {
  private final String name;
  private final NamespaceSetup setup;

  NamespaceBase(String name, NamespaceSetup setup) {
    this.name = name;
    this.setup = setup;
  }

  /** Of the namespaces meant: one, or those of all children of a dynamic namespace. */
  abstract List<Adapter> adapters();

  abstract Payloads payloads();

  /** Everybody in here that the selection means. */
  final Broadcast select(Selection selection) {
    return new BroadcastOperator(this::adapters, payloads(), selection, Flags.DEFAULT);
  }

  private Broadcast everybody() {
    return select(Selection.ALL);
  }

  @Override
  public final void serverSideEmit(String event, @Nullable Object... args) {
    Outbound outbound = payloads().outbound(event, args);
    adapters().forEach(adapter -> adapter.serverSideEmit(outbound));
  }

  @Override
  public final CompletableFuture<List<Args>> serverSideEmitWithAck(
      String event, @Nullable Object... args) {
    Outbound outbound = payloads().outbound(event, args);
    return BroadcastOperator.gather(
        adapters(), adapter -> adapter.serverSideEmitWithAck(outbound), BroadcastOperator::join);
  }

  @Override
  public final Namespace onServerSideEvent(String event, ServerEventHandler handler) {
    if (setup.serverSide.putIfAbsent(EventNames.check(event), handler) != null) {
      throw new IllegalStateException(
          "the server-side event \"" + event + "\" has a handler in " + name + " already");
    }
    return this;
  }

  @Override
  public final String name() {
    return name;
  }

  final NamespaceSetup setup() {
    return setup;
  }

  @Override
  final HandlerTable table() {
    return setup.handlers;
  }

  @Override
  final Namespace self() {
    return this;
  }

  @Override
  public final Namespace admit(Admission check) {
    setup.admissions.add(check);
    return this;
  }

  @Override
  public final Namespace onConnect(ConnectHandler handler) {
    setup.onConnect.add(handler);
    return this;
  }

  @Override
  public final Namespace onError(ErrorHandler handler) {
    setup.onError = handler;
    return this;
  }

  @Override
  public final Namespace onRoom(RoomListener listener) {
    setup.onRoom.add(listener);
    return this;
  }

  @Override
  public final void emit(String event, @Nullable Object... args) {
    everybody().emit(event, args);
  }

  @Override
  public final Broadcast to(String... rooms) {
    return everybody().to(rooms);
  }

  @Override
  public final Broadcast except(String... rooms) {
    return everybody().except(rooms);
  }

  @Override
  public final Broadcast local() {
    return everybody().local();
  }

  @Override
  public final Broadcast asVolatile() {
    return everybody().asVolatile();
  }

  @Override
  public final Broadcast compress(boolean compress) {
    return everybody().compress(compress);
  }

  @Override
  public final Broadcast timeout(Duration timeout) {
    return everybody().timeout(timeout);
  }

  @Override
  public final CompletableFuture<AckReport> emitWithAck(String event, @Nullable Object... args) {
    return everybody().emitWithAck(event, args);
  }

  @Override
  public final CompletableFuture<List<RemoteSocket>> fetchSockets() {
    return everybody().fetchSockets();
  }

  @Override
  public final void socketsJoin(String... rooms) {
    everybody().socketsJoin(rooms);
  }

  @Override
  public final void socketsLeave(String... rooms) {
    everybody().socketsLeave(rooms);
  }

  @Override
  public final void disconnectSockets(boolean close) {
    everybody().disconnectSockets(close);
  }

  @Override
  public String toString() {
    return "namespace " + name;
  }
}
