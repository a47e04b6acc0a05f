package dev.parley.cluster.internal;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.RemoteSocket;
import dev.parley.RoomListener;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.AckCollector;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.LocalSockets;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;

/** The sockets of a process that has none. */
public record NoSockets(String namespace, Bodies bodies) implements LocalSockets {
  @Override
  public Set<String> rooms() {
    return Set.of();
  }

  @Override
  public boolean hasRoom(String room) {
    return false;
  }

  @Override
  public boolean has(String socketId) {
    return false;
  }

  @Override
  public void broadcast(Outbound event, Selection selection, Flags flags) {}

  @Override
  public CompletableFuture<AckReport> broadcastWithAck(
      Outbound event, Selection selection, Flags flags) {
    return CompletableFuture.completedFuture(new AckReport(List.of(), Set.of()));
  }

  @Override
  public void broadcastWithAck(
      Outbound event, Selection selection, Flags flags, AckCollector collector) {
    collector.asked(List.of());
  }

  @Override
  public CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, Flags flags) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public void socketsJoin(Selection selection, Flags flags, Set<String> rooms) {}

  @Override
  public void socketsLeave(Selection selection, Flags flags, Set<String> rooms) {}

  @Override
  public void disconnectSockets(Selection selection, Flags flags, boolean close) {}

  @Override
  public void serverSideEmit(Outbound event) {}

  @Override
  public CompletableFuture<List<Args>> serverSideEmitWithAck(Outbound event) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public void onRoom(RoomListener listener) {}

  @Override
  public Map<String, Object> shownData(String socketId) {
    return Map.of();
  }

  @Override
  public void complete(Runnable completion) {
    ForkJoinPool.commonPool().execute(completion);
  }

  @Override
  public void onServerSideEvent(Body event, Consumer<Args> answer) {}

  @Override
  public void close() {}
}
