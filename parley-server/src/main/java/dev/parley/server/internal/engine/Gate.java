package dev.parley.server.internal.engine;

import dev.parley.Limits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts sessions and handshakes against their limits. Safe from any thread. The check comes before the session, so that
 * handshakes at the same moment may go over a limit by as many as there are lanes; {@link #enter} settles it.
 */
final class Gate {
  /** Addresses whose rate is remembered. The one not seen for longest is forgotten, and begins anew with a full bucket. */
  private static final int MAX_BUCKETS = 65_536;

  private static final double NANOS_PER_SECOND = 1e9;

  private final Limits limits;
  private final AtomicInteger sessions = new AtomicInteger();
  private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();
  /** Guarded by itself. */
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
      return size() > MAX_BUCKETS;
    }
  };

  private static final class Bucket {
    double tokens;
    long filledAt;
  }

  Gate(Limits limits) {
    this.limits = limits;
  }

  /** Counts a handshake, and says why it must not go on. */
  @Nullable
  Refusal knock(String address, long now) {
    if (limits.maxHandshakesPerSecond() > 0 && !takeToken(address, now)) {
      return Refusal.tooManyHandshakes();
    }
    return check(address);
  }

  /** Says why a further session must not begin. */
  @Nullable
  Refusal check(String address) {
    if (sessions.get() >= limits.maxSessions()) {
      return Refusal.full();
    }
    boolean crowded = limits.maxSessionsPerAddress() > 0
        && perAddress.getOrDefault(address, 0) >= limits.maxSessionsPerAddress();
    return crowded ? Refusal.tooManySessions() : null;
  }

  /** Counts a session that begins. @return false if there is no room for it */
  boolean enter(String address) {
    if (sessions.incrementAndGet() > limits.maxSessions()) {
      sessions.decrementAndGet();
      return false;
    }
    int most = limits.maxSessionsPerAddress();
    if (most > 0 && perAddress.merge(address, 1, Integer::sum) > most) {
      leave(address);
      return false;
    }
    return true;
  }

  void leave(String address) {
    sessions.decrementAndGet();
    if (limits.maxSessionsPerAddress() > 0) {
      perAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
  }

  int sessions() {
    return sessions.get();
  }

  private boolean takeToken(String address, long now) {
    int most = limits.maxHandshakesPerSecond();
    synchronized (buckets) {
      Bucket bucket = buckets.get(address);
      if (bucket == null) {
        bucket = new Bucket();
        bucket.tokens = most;
        bucket.filledAt = now;
        buckets.put(address, bucket);
      }
      double gained = (now - bucket.filledAt) / NANOS_PER_SECOND * most;
      bucket.tokens = Math.min(most, bucket.tokens + Math.max(0, gained));
      bucket.filledAt = now;
      if (bucket.tokens < 1) {
        return false;
      }
      bucket.tokens--;
      return true;
    }
  }
}
