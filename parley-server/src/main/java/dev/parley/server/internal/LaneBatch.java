package dev.parley.server.internal;

import dev.parley.server.internal.engine.Session;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * The part of a broadcast that one lane has to do: one task for all its sessions, not one for each. Who receives the event
 * is settled here, when it is emitted, and so is its place among what else is sent to each of them: it goes into their
 * mailboxes, and the task empties those that nobody else empties.
 */
final class LaneBatch implements Runnable {
  private final Lane lane;
  private final boolean here;
  private Runnable[] mailboxes = new Runnable[8];
  private int size;

  private LaneBatch(Lane lane) {
    this.lane = lane;
    this.here = lane.inLane();
  }

  /** Sends these packets to these sockets. Any thread. */
  static void send(Collection<LocalSocket> targets, List<Outgoing> packets, boolean isVolatile) {
    LaneBatch[] batches = new LaneBatch[4];
    int used = 0;
    for (LocalSocket target : targets) {
      if (!target.connected()) {
        continue;
      }
      Session session = target.session();
      Lane lane = session.lane();
      int i = 0;
      while (i < used && batches[i].lane != lane) {
        i++;
      }
      if (i == used) {
        if (used == batches.length) {
          batches = Arrays.copyOf(batches, used * 2);
        }
        batches[used++] = new LaneBatch(lane);
      }
      batches[i].send(session, packets, isVolatile);
    }
    for (int i = 0; i < used; i++) {
      batches[i].start();
    }
  }

  private void send(Session session, List<Outgoing> packets, boolean isVolatile) {
    if (here) {
      session.send(packets, isVolatile);
      return;
    }
    Runnable mailbox = session.enqueue(packets, isVolatile);
    if (mailbox != null) {
      if (size == mailboxes.length) {
        mailboxes = Arrays.copyOf(mailboxes, size * 2);
      }
      mailboxes[size++] = mailbox;
    }
  }

  private void start() {
    if (size == 0) {
      return;
    }
    try {
      lane.execute(this);
    } catch (RejectedExecutionException closed) {
      // The host has closed: each session finds that out by itself.
      run();
    }
  }

  @Override
  public void run() {
    for (int i = 0; i < size; i++) {
      mailboxes[i].run();
    }
  }
}
