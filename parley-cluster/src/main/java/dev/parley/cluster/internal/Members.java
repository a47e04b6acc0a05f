package dev.parley.cluster.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The other nodes of one namespace, as they say themselves. Their clocks do not matter: what counts is when this node heard
 * of them. A node hears its own heartbeats, too; while it does not, the broker hands over nothing, so that the silence of
 * others means nothing. Thread-safe.
 */
final class Members {
  /** A node that joins asks who is there; the others answer at once. */
  static final long SETTLE_NANOS = 500_000_000;

  private static final int MAX_NODES = 1_000;

  /** How long a heartbeat of this node may be under way. */
  private static final long ECHO_NANOS = 1_000_000_000;

  private final long timeoutNanos;
  private final Map<String, Long> heardAt = new HashMap<>();

  /** Whether this node has asked who is there, on the present connection. */
  private boolean asked;

  private long settledAt;

  /** Whether a heartbeat of this node is under way. */
  private boolean echoMissing;

  private long saidAt;

  Members(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
  }

  /** This node says a heartbeat. */
  synchronized void said(long nowNanos) {
    if (!echoMissing) {
      echoMissing = true;
      saidAt = nowNanos;
    }
  }

  /** It has come back. */
  synchronized void echoed(long nowNanos) {
    if (deaf(nowNanos)) {
      heardAt.replaceAll((node, before) -> nowNanos);
      settledAt = nowNanos + SETTLE_NANOS;
    }
    echoMissing = false;
  }

  private boolean deaf(long nowNanos) {
    return echoMissing && nowNanos - saidAt > ECHO_NANOS;
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

  /** This node is about to ask who is there. */
  synchronized void unsettle() {
    asked = false;
  }

  /** This node asks who is there. */
  synchronized void asked(long nowNanos) {
    asked = true;
    settledAt = nowNanos + SETTLE_NANOS;
  }

  /** Whether those who are there had time to say so, and this node could hear it. */
  synchronized boolean settled(long nowNanos) {
    return asked && nowNanos - settledAt >= 0 && !deaf(nowNanos);
  }

  synchronized Set<String> ids() {
    return Set.copyOf(heardAt.keySet());
  }

  synchronized int size() {
    return heardAt.size();
  }

  /**
   * Forgets those who were silent for too long.
   *
   * @param connected whether the broker seems to be there: then all is silent if this node is not heard either
   * @return the forgotten
   */
  synchronized List<String> expire(long nowNanos, boolean connected) {
    List<String> dead = new ArrayList<>(0);
    if (connected && echoMissing) {
      return dead;
    }
    heardAt.forEach((node, at) -> {
      if (nowNanos - at > timeoutNanos) {
        dead.add(node);
      }
    });
    dead.forEach(heardAt::remove);
    return dead;
  }
}
