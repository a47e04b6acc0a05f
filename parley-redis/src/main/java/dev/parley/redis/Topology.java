package dev.parley.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a Redis cluster which nodes it has: from time to time, and soon after something went wrong. One node is asked at a time,
 * over a connection for that question. Lives on the lane.
 */
final class Topology {
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long SUSPECT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LOOK_MILLIS = 100;
  private static final long ANSWER_MILLIS = 3000;

  /** Called on the lane. */
  interface Observer {
    void onView(View view);

    void onFailure(String why);
  }

  /** @param bySlot null for a slot that nobody owns */
  record View(List<RedisURI> nodes, @Nullable RedisURI[] bySlot) {
    @Nullable
    RedisURI owner(int slot) {
      return bySlot[slot];
    }

    Set<RedisURI> owners() {
      Set<RedisURI> owners = new LinkedHashSet<>();
      for (RedisURI owner : bySlot) {
        if (owner != null) {
          owners.add(owner);
        }
      }
      return owners;
    }
  }

  private final Connections connections;
  private final List<RedisURI> seeds;
  private final Observer observer;

  /** Who may be asked: the nodes of the last answer, and the seeds. */
  private List<RedisURI> candidates;

  private int next = ThreadLocalRandom.current().nextInt(1 << 16);
  private boolean asking;
  private boolean suspected = true;
  private boolean closed;
  private long askedNanos = System.nanoTime() - CALM_NANOS;

  Topology(Connections connections, List<RedisURI> seeds, Observer observer) {
    this.connections = connections;
    this.seeds = seeds;
    this.candidates = seeds;
    this.observer = observer;
  }

  void start() {
    if (closed) {
      return;
    }
    long since = System.nanoTime() - askedNanos;
    if (!asking && since > (suspected ? SUSPECT_NANOS : CALM_NANOS)) {
      ask();
    }
    connections.postAfter(LOOK_MILLIS, this::start);
  }

  /** What is known may be wrong. Any thread. */
  void suspect() {
    connections.post(() -> suspected = true);
  }

  void close() {
    closed = true;
  }

  private void ask() {
    asking = true;
    askedNanos = System.nanoTime();
    RedisURI at = candidates.get(Math.floorMod(next++, candidates.size()));
    CompletableFuture.completedFuture(at)
        .thenCompose(connections::connect)
        .thenCompose(connection -> connection
            .async()
            .clusterNodes()
            .toCompletableFuture()
            .orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
            .whenComplete((nodes, error) -> connection.closeAsync()))
        .whenComplete((nodes, error) -> connections.post(() -> {
          asking = false;
          if (closed) {
            return;
          }
          if (error != null) {
            failed(Failures.reason(error));
          } else {
            answered(at, nodes);
          }
        }));
  }

  private void failed(String why) {
    suspected = true;
    observer.onFailure(why);
  }

  private void answered(RedisURI at, String text) {
    View view = read(at, text);
    if (view.owners().isEmpty()) {
      failed("the Redis cluster has no slots");
      return;
    }
    suspected = false;
    Set<RedisURI> all = new LinkedHashSet<>(view.nodes());
    all.addAll(seeds);
    candidates = List.copyOf(all);
    observer.onView(view);
  }

  private static View read(RedisURI at, String text) {
    List<RedisURI> nodes = new ArrayList<>();
    RedisURI[] bySlot = new RedisURI[SlotHash.SLOT_COUNT];
    for (RedisClusterNode node : ClusterPartitionParser.parse(text)) {
      if (node.is(NodeFlag.FAIL) || node.is(NodeFlag.NOADDR) || node.is(NodeFlag.HANDSHAKE)) {
        continue;
      }
      RedisURI uri = uri(at, node);
      nodes.add(uri);
      node.forEachSlot(slot -> bySlot[slot] = uri);
    }
    return new View(nodes, bySlot);
  }

  /** The address of a node, with the credentials of the one that was asked. */
  private static RedisURI uri(RedisURI at, RedisClusterNode node) {
    String host = node.getUri().getHost();
    // A node that has not met another does not know its own address.
    boolean known = host != null && !host.isEmpty();
    return RedisURI.builder(at)
        .withHost(known ? host : at.getHost())
        .withPort(node.getUri().getPort())
        .build();
  }
}
