package dev.parley.cluster.internal;

import dev.parley.cluster.Bus;
import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Format;
import java.lang.System.Logger.Level;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the bus and comes from it, within bounds, and counted. A broker that is away or slow costs memory up to the
 * bound and then messages, never a thread. Thread-safe.
 */
final class Traffic {
  private static final System.Logger LOG = System.getLogger("dev.parley.cluster");

  private final Bus bus;
  private final ClusterOptions options;
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicLong pendingMessages = new AtomicLong();
  private final LongAdder published = new LongAdder();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong reportedLost = new AtomicLong();
  private final Queue<CompletableFuture<@Nullable Void>> waiting = new ConcurrentLinkedQueue<>();
  private final LongAdder received = new LongAdder();
  private final AtomicLong rejected = new AtomicLong();

  /** Guarded by this. */
  private boolean connected;

  /** Guarded by this. */
  private long interruptions;

  /** What was lost before the present interruption. Guarded by this. */
  private long lostBefore;

  /** Guarded by this. */
  private boolean reportedAbsent;

  Traffic(Bus bus, ClusterOptions options) {
    this.bus = bus;
    this.options = options;
  }

  /** Says that this node is there, or leaves: nobody misses it where the broker is away, so it is not counted. */
  void greet(Format.Frame frame) {
    bus.publish(frame.channel(), frame.message());
  }

  CompletionStage<@Nullable Void> publish(Format.Frame frame) {
    int length = frame.message().length;
    if (length > options.maxMessageBytes()) {
      return lose("a message of " + length + " bytes, at most " + options.maxMessageBytes()
          + " are allowed");
    }
    if (pendingBytes.addAndGet(length) > options.maxPendingBytes()) {
      pendingBytes.addAndGet(-length);
      return lose("more than " + options.maxPendingBytes() + " bytes wait for the broker");
    }
    pendingMessages.incrementAndGet();
    published.increment();
    CompletionStage<@Nullable Void> sent = bus.publish(frame.channel(), frame.message());
    sent.whenComplete((done, error) -> {
      pendingBytes.addAndGet(-length);
      if (error != null) {
        lost(String.valueOf(error.getMessage()));
      }
      if (pendingMessages.decrementAndGet() == 0) {
        flushed();
      }
    });
    return sent;
  }

  /** Completes when nothing waits for the broker; fails if something was lost since the last call. */
  CompletableFuture<@Nullable Void> flush() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    waiting.add(done);
    if (pendingMessages.get() == 0) {
      flushed();
    }
    return done;
  }

  private void flushed() {
    CompletableFuture<@Nullable Void> done = waiting.poll();
    while (done != null) {
      long now = lost.get();
      long since = now - reportedLost.getAndSet(now);
      if (since == 0) {
        done.complete(null);
      } else {
        done.completeExceptionally(new IllegalStateException(since + " messages were lost"));
      }
      done = waiting.poll();
    }
  }

  private CompletionStage<@Nullable Void> lose(String why) {
    lost(why);
    return CompletableFuture.failedFuture(new IllegalStateException(why));
  }

  private void lost(String why) {
    long count = lost.incrementAndGet();
    if (isPowerOfTwo(count)) {
      LOG.log(
          Level.WARNING, count + " messages to other nodes were lost so far, the last one: " + why);
    }
  }

  long lost() {
    return lost.get();
  }

  void received() {
    received.increment();
  }

  /** A message that came in is of no use. The count is logged at each doubling, so that a flood does not fill the disk. */
  void rejected(String channel, String why) {
    long count = rejected.incrementAndGet();
    if (isPowerOfTwo(count)) {
      LOG.log(
          Level.WARNING,
          count + " messages from the bus were useless so far, the last one on " + channel + ": "
              + why);
    }
  }

  private static boolean isPowerOfTwo(long count) {
    return (count & count - 1) == 0;
  }

  synchronized void connected() {
    if (connected) {
      return;
    }
    connected = true;
    if (interruptions > 0 || reportedAbsent) {
      LOG.log(
          Level.INFO,
          "the broker is back; meanwhile {0} messages of this node were lost, and what others published is missing here"
              + " unless the bus keeps it",
          lost.get() - lostBefore);
    } else {
      LOG.log(Level.INFO, "the broker is there");
    }
  }

  /** @return true if it was there before */
  synchronized boolean disconnected(String why) {
    boolean was = connected;
    connected = false;
    if (was) {
      interruptions++;
      lostBefore = lost.get();
      LOG.log(Level.WARNING, "the broker cannot be reached, only local clients are served: " + why);
    } else if (!reportedAbsent && interruptions == 0) {
      reportedAbsent = true;
      LOG.log(Level.WARNING, "the broker is not there yet, only local clients are served: " + why);
    }
    return was;
  }

  synchronized ClusterHealth health(int nodes) {
    return new ClusterHealth(
        connected,
        interruptions,
        published.sum(),
        lost.get(),
        received.sum(),
        rejected.get(),
        nodes,
        pendingBytes.get());
  }
}
