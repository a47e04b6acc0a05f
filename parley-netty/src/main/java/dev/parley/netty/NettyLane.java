package dev.parley.netty;

import dev.parley.server.transport.Lane;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One event loop, with what its connections share: deadlines, the date, header strings, zlib's state. Everything but
 * the methods of {@link Lane} is for the loop's thread only. {@link #execute} throws {@link
 * java.util.concurrent.RejectedExecutionException} once the host is closed.
 */
final class NettyLane implements Lane {
  final HostContext host;
  final EventLoop loop;
  final Deadlines deadlines;
  final DateField date = new DateField();
  final HeaderReader headers = new HeaderReader();
  final Deflate deflate = new Deflate();
  final SharedFrames sharedFrames = new SharedFrames(this);

  /** The open connections, in no order; each knows its index. */
  private final List<Connection> connections = new ArrayList<>();

  NettyLane(HostContext host, EventLoop loop) {
    this.host = host;
    this.loop = loop;
    this.deadlines = new Deadlines(this, host.sweepNanos());
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  @Override
  public boolean inLane() {
    return loop.inEventLoop();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    Future<?> future = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  void add(Connection connection) {
    connection.slot = connections.size();
    connections.add(connection);
  }

  void replace(Connection old, Connection successor) {
    successor.slot = old.slot;
    connections.set(old.slot, successor);
    old.slot = -1;
  }

  void remove(Connection connection) {
    int slot = connection.slot;
    if (slot >= 0) {
      connection.slot = -1;
      Connection last = connections.remove(connections.size() - 1);
      if (last != connection) {
        connections.set(slot, last);
        last.slot = slot;
      }
      host.connectionClosed();
    }
  }

  void shutDownConnections() {
    for (Connection connection : List.copyOf(connections)) {
      connection.shutDown();
    }
  }

  void cutConnections() {
    for (Connection connection : List.copyOf(connections)) {
      connection.cut();
    }
  }

  /** Frees native memory. Only once the loop's thread has ended. */
  void release() {
    deflate.close();
  }
}
