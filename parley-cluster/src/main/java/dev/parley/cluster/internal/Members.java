package dev.parley.cluster.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The other nodes of one namespace, as they say themselves. Their clocks do not matter: what counts is when this node heard
 * of them. Thread-safe.
 */
final class Members {
  /** A node that joins asks who is there; the others answer at once. */
  static final long SETTLE_NANOS = 500_000_000;

  private static final int MAX_NODES = 1_000;

  private final long timeoutNanos;
  private final Map<String, Long> heardAt = new HashMap<>();
  private long settledAt;

  Members(long timeoutNanos, long nowNanos) {
    this.timeoutNanos = timeoutNanos;
    this.settledAt = nowNanos + SETTLE_NANOS;
  }

  synchronized void joined(String node, long nowNanos) {
    // A bus on which everybody calls himself a node must not fill our memory.
    if (heardAt.size() < MAX_NODES || heardAt.containsKey(node)) {
      heardAt.put(node, nowNanos);
    }
  }

  /** Something else than a heartbeat: an emitter may have sent it, so it makes nobody a member. */
  synchronized void heard(String node, long nowNanos) {
    heardAt.computeIfPresent(node, (id, before) -> nowNanos);
  }

  synchronized boolean left(String node) {
    return heardAt.remove(node) != null;
  }

  /** This node has asked again who is there. */
  synchronized void unsettle(long nowNanos) {
    settledAt = nowNanos + SETTLE_NANOS;
  }

  /** Whether those who are there had time to say so. */
  synchronized boolean settled(long nowNanos) {
    return nowNanos - settledAt >= 0;
  }

  synchronized Set<String> ids() {
    return Set.copyOf(heardAt.keySet());
  }

  synchronized int size() {
    return heardAt.size();
  }

  /** Forgets those who were silent for too long. @return them */
  synchronized List<String> expire(long nowNanos) {
    List<String> dead = new ArrayList<>(0);
    heardAt.forEach((node, at) -> {
      if (nowNanos - at > timeoutNanos) {
        dead.add(node);
      }
    });
    dead.forEach(heardAt::remove);
    return dead;
  }
}
