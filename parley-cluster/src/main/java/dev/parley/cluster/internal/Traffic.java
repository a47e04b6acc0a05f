package dev.parley.cluster.internal;

import dev.parley.cluster.Bus;
import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Format;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the bus and comes from it, within bounds, and counted. A broker that is away or slow costs memory up to the
 * bound and then messages, never a thread. Thread-safe.
 */
final class Traffic {
  private static final System.Logger LOG = System.getLogger("dev.parley.cluster");

  private static final long CLOSE_PATIENCE_MILLIS = 1000;

  private final Bus bus;
  private final ClusterOptions options;
  private final AtomicLong pendingBytes = new AtomicLong();
  private final LongAdder published = new LongAdder();
  private final AtomicLong lost = new AtomicLong();
  private final LongAdder received = new LongAdder();
  private final AtomicLong rejected = new AtomicLong();

  /** What was published between two calls of {@link #flush}. */
  private static final class Batch {
    /** Done when the broker has all of it, and all that was before. */
    final CompletableFuture<@Nullable Void> flushed = new CompletableFuture<>();

    long pending;
    long lost;

    /** Losses that had been told when this one was asked for. */
    long toldBefore;
  }

  /** Those that somebody waits for, oldest first, and the present one. Guarded by itself. */
  private final Deque<Batch> batches = new ArrayDeque<>(List.of(new Batch()));

  /** Lost in the batches that are over, so that somebody was told. Guarded by the batches. */
  private long told;

  /** A message from before the bus said whether the broker is there. */
  private record Held(Format.Frame frame, CompletableFuture<@Nullable Void> sent) {}

  /** Oldest first. Guarded by itself. */
  private final Queue<Held> held = new ArrayDeque<>();

  /** Guarded by the held ones. */
  private boolean releasing;

  /** Done when the bus has said for the first time whether the broker is there, and nothing is held any more. */
  private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();

  /** Guarded by this. */
  private boolean connected;

  /** Guarded by this. */
  private long interruptions;

  /** What was lost before the present interruption. Guarded by this. */
  private long lostBefore;

  /** Guarded by this. */
  private boolean reportedAbsent;

  /** Why the broker cannot be reached. Guarded by this. */
  private @Nullable String problem;

  private volatile String lastLoss = "";

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
    Batch batch = enter();
    CompletionStage<@Nullable Void> sent = released.isDone() ? send(frame) : hold(frame);
    sent.whenComplete((done, error) -> {
      pendingBytes.addAndGet(-length);
      if (error != null) {
        count(String.valueOf(error.getMessage()));
      }
      leave(batch, error != null);
    });
    return sent;
  }

  private Batch enter() {
    synchronized (batches) {
      Batch present = batches.getLast();
      present.pending++;
      return present;
    }
  }

  private void leave(Batch batch, boolean lost) {
    synchronized (batches) {
      batch.pending--;
      if (lost) {
        batch.lost++;
      }
    }
    endBatches();
  }

  private CompletionStage<@Nullable Void> send(Format.Frame frame) {
    published.increment();
    try {
      return bus.publish(frame.channel(), frame.message());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A process that emits at once and ends must not lose what it says for want of a connection that is being made. */
  private CompletionStage<@Nullable Void> hold(Format.Frame frame) {
    synchronized (held) {
      if (!released.isDone()) {
        CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
        held.add(new Held(frame, sent));
        return sent;
      }
    }
    return send(frame);
  }

  /** Hands over what was held, without a lock; what is published meanwhile stands in line behind it. */
  private void release() {
    synchronized (held) {
      if (releasing) {
        return;
      }
      releasing = true;
    }
    for (Held next = nextHeld(); next != null; next = nextHeld()) {
      CompletableFuture<@Nullable Void> sent = next.sent;
      send(next.frame).whenComplete((done, error) -> {
        if (error == null) {
          sent.complete(null);
        } else {
          sent.completeExceptionally(error);
        }
      });
    }
  }

  private @Nullable Held nextHeld() {
    synchronized (held) {
      Held next = held.poll();
      if (next == null) {
        released.complete(null);
      }
      return next;
    }
  }

  /** Closes the bus, with a second for a broker that nobody knows yet; nothing is held any more then. */
  void close() {
    if (pendingBytes.get() > 0) {
      try {
        released.get(CLOSE_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        // Then it is lost, and counted.
      }
    }
    bus.close();
    release();
  }

  /** Completes when the broker has all that was published before; fails if something was lost since the last call. */
  CompletableFuture<@Nullable Void> flush() {
    Batch batch;
    synchronized (batches) {
      batch = batches.getLast();
      batch.toldBefore = told;
      batches.add(new Batch());
    }
    endBatches();
    return batch.flushed;
  }

  private void endBatches() {
    while (true) {
      Batch over;
      long since;
      synchronized (batches) {
        if (batches.size() == 1 || batches.getFirst().pending > 0) {
          return;
        }
        over = batches.removeFirst();
        told += over.lost;
        // What several wait for at the same time is told to each of them.
        since = told - over.toldBefore;
      }
      if (since == 0) {
        over.flushed.complete(null);
      } else {
        over.flushed.completeExceptionally(
            new IllegalStateException(since + " messages were lost, the last one: " + lastLoss));
      }
    }
  }

  CompletionStage<@Nullable Void> lose(String why) {
    count(why);
    leave(enter(), true);
    return CompletableFuture.failedFuture(new IllegalStateException(why));
  }

  private void count(String why) {
    lastLoss = why;
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

  void connected() {
    noteConnected();
    release();
  }

  private synchronized void noteConnected() {
    problem = null;
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

  synchronized boolean isConnected() {
    return connected;
  }

  void disconnected(String why) {
    noteDisconnected(why);
    release();
  }

  private synchronized void noteDisconnected(String why) {
    boolean was = connected;
    connected = false;
    problem = why;
    if (was) {
      interruptions++;
      lostBefore = lost.get();
      LOG.log(Level.WARNING, "the broker cannot be reached, only local clients are served: " + why);
    } else if (!reportedAbsent && interruptions == 0) {
      reportedAbsent = true;
      LOG.log(Level.WARNING, "the broker is not there yet, only local clients are served: " + why);
    }
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
        pendingBytes.get(),
        problem);
  }
}
