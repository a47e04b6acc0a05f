package dev.parley.server.internal;

import dev.parley.AckException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The acknowledgements that one client owes. Every one of them ends: answered, timed out or failed. Wire lane only. */
final class AckTable {
  private final Map<Long, Entry> pending = new HashMap<>(4);
  private final TreeSet<Entry> byDeadline = new TreeSet<>();

  private record Entry(long id, long deadlineNanos, PendingAck ack) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      // Differences, because the clock may overflow.
      long difference = deadlineNanos - other.deadlineNanos;
      return difference != 0 ? Long.signum(difference) : Long.compare(id, other.id);
    }
  }

  int size() {
    return pending.size();
  }

  /** @param deadlineNanos {@link Long#MAX_VALUE} waits until the client leaves */
  void add(long id, long deadlineNanos, PendingAck ack) {
    Entry entry = new Entry(id, deadlineNanos, ack);
    pending.put(id, entry);
    if (deadlineNanos != Long.MAX_VALUE) {
      byDeadline.add(entry);
    }
  }

  /** What waits for this id, which then waits no longer; null if nothing does. */
  @Nullable
  PendingAck take(long id) {
    Entry entry = pending.remove(id);
    if (entry == null) {
      return null;
    }
    byDeadline.remove(entry);
    return entry.ack;
  }

  long nextDeadline() {
    return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadlineNanos;
  }

  /** Fails what should have come by now. */
  void expire(long nowNanos) {
    while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos - nowNanos <= 0) {
      Entry late = byDeadline.pollFirst();
      pending.remove(late.id);
      late.ack.failed(AckException.Reason.TIMEOUT);
    }
  }

  /** Fails everything: the client has gone. */
  void failAll() {
    Map<Long, Entry> orphans = Map.copyOf(pending);
    pending.clear();
    byDeadline.clear();
    orphans.values().forEach(entry -> entry.ack.failed(AckException.Reason.DISCONNECTED));
  }
}
