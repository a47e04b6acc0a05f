package dev.parley.netty;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The deadlines of one lane: requests that arrive, kept-alive connections, messages in fragments, closings. An idle
 * WebSocket and a parked poll have none. Starting and stopping is linking and unlinking; one coarse sweep looks at
 * those that run, and there is no sweep while there are none. So a deadline ends up to one sweep late. Lane only.
 */
final class Deadlines {
  private static final System.Logger LOG = System.getLogger("dev.parley.netty");

  private final NettyLane lane;
  private final long sweepNanos;
  private final Deadline head = new Sentinel();
  private final Runnable sweep = this::sweep;
  private final List<Deadline> due = new ArrayList<>();
  private boolean sweeping;

  Deadlines(NettyLane lane, long sweepNanos) {
    this.lane = lane;
    this.sweepNanos = sweepNanos;
    head.previous = head;
    head.next = head;
  }

  /** Starts it, or starts it anew. */
  void start(Deadline deadline, long delayNanos) {
    stop(deadline);
    deadline.atNanos = lane.nanoTime() + delayNanos;
    Deadline last = head.previous;
    deadline.previous = last;
    deadline.next = head;
    last.next = deadline;
    head.previous = deadline;
    if (!sweeping) {
      sweeping = true;
      lane.schedule(sweep, sweepNanos);
    }
  }

  void stop(Deadline deadline) {
    Deadline next = deadline.next;
    if (next != null) {
      Deadline previous = deadline.previous;
      previous.next = next;
      next.previous = previous;
      deadline.previous = null;
      deadline.next = null;
    }
  }

  private void sweep() {
    long now = lane.nanoTime();
    for (Deadline at = head.next; at != head; at = at.next) {
      if (now - at.atNanos >= 0) {
        due.add(at);
      }
    }
    for (Deadline deadline : due) {
      // What expired before it may have stopped it or started it anew.
      if (deadline.next != null && now - deadline.atNanos >= 0) {
        stop(deadline);
        expire(deadline);
      }
    }
    due.clear();
    sweeping = head.next != head;
    if (sweeping) {
      lane.schedule(sweep, sweepNanos);
    }
  }

  private static void expire(Deadline deadline) {
    try {
      deadline.expired();
    } catch (RuntimeException e) {
      // One that fails must not end the sweep, and with it every deadline of the lane.
      LOG.log(Level.ERROR, "a deadline failed", e);
    }
  }

  private static final class Sentinel extends Deadline {
    @Override
    void expired() {}
  }
}
