package dev.parley.server.adapter;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.RemoteSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Reaches the sockets of one namespace, wherever they are. Safe from any thread; nothing here blocks. Calls of one thread
 * take effect in order for each socket of this node; for those of others, as far as the adapter says.
 */
public interface Adapter extends AutoCloseable {
  /** Sends an event to every selected socket, once each. */
  void broadcast(Outbound event, Selection selection, Flags flags);

  /**
   * Sends an event to every selected socket and gathers their acknowledgements.
   *
   * @return completes when all have answered or left, or after the flags' timeout; exceptionally only if the adapter fails
   */
  CompletableFuture<AckReport> broadcastWithAck(Outbound event, Selection selection, Flags flags);

  CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, Flags flags);

  void socketsJoin(Selection selection, Flags flags, Set<String> rooms);

  void socketsLeave(Selection selection, Flags flags, Set<String> rooms);

  /** @param close true to close the sockets' connections, for every namespace */
  void disconnectSockets(Selection selection, Flags flags, boolean close);

  /** Sends an event to the other servers of the cluster, not to clients. Nothing happens on a server that runs alone. */
  void serverSideEmit(Outbound event);

  /**
   * Asks the other servers of the cluster.
   *
   * @return one answer of each; fails with {@link dev.parley.MissingNodesException} if one does not come in time
   */
  CompletableFuture<List<Args>> serverSideEmitWithAck(Outbound event);

  /** Frees what it holds; the namespace has no sockets any more. */
  @Override
  void close();
}
