package dev.parley.server.internal;

import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The part of a broadcast that one lane has to do: one task for all its sockets, not one for each. Who receives the event
 * is settled here, when it is emitted; a socket that joins a moment later does not.
 */
final class LaneBatch implements Runnable {
  private final Lane lane;
  private final List<Outgoing> packets;
  private final boolean isVolatile;
  private LocalSocket[] sockets = new LocalSocket[8];
  private int size;

  private LaneBatch(Lane lane, List<Outgoing> packets, boolean isVolatile) {
    this.lane = lane;
    this.packets = packets;
    this.isVolatile = isVolatile;
  }

  /** Sends these packets to these sockets. Any thread. */
  static void send(Collection<LocalSocket> targets, List<Outgoing> packets, boolean isVolatile) {
    LaneBatch[] batches = new LaneBatch[4];
    int used = 0;
    for (LocalSocket target : targets) {
      Lane lane = target.session().lane();
      int i = 0;
      while (i < used && batches[i].lane != lane) {
        i++;
      }
      if (i == used) {
        if (used == batches.length) {
          batches = Arrays.copyOf(batches, used * 2);
        }
        batches[used++] = new LaneBatch(lane, packets, isVolatile);
      }
      batches[i].add(target);
    }
    for (int i = 0; i < used; i++) {
      batches[i].start();
    }
  }

  private void add(LocalSocket socket) {
    if (size == sockets.length) {
      sockets = Arrays.copyOf(sockets, size * 2);
    }
    sockets[size++] = socket;
  }

  private void start() {
    if (lane.inLane()) {
      run();
    } else {
      lane.execute(this);
    }
  }

  @Override
  public void run() {
    for (int i = 0; i < size; i++) {
      LocalSocket socket = sockets[i];
      if (socket.connected()) {
        socket.session().send(packets, isVolatile);
      }
    }
  }
}
