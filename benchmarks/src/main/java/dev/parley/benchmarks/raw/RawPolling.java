package dev.parley.benchmarks.raw;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A polling session: what waits to be fetched, or who waits for it. */
final class RawPolling {
  private static final int SEPARATOR = 0x1e;

  private @Nullable RawConnection poll;
  private @Nullable ByteBuf queued;

  /** A GET arrived. */
  void poll(RawConnection connection) {
    ByteBuf ready = queued;
    if (ready == null) {
      poll = connection;
      return;
    }
    queued = null;
    connection.respond(ready);
  }

  /** Sends one packet; takes it. */
  void send(ByteBuf packet) {
    RawConnection waiting = poll;
    if (waiting != null) {
      poll = null;
      waiting.respond(packet);
      waiting.flush();
    } else if (queued == null) {
      queued = packet;
    } else {
      queued.writeByte(SEPARATOR).writeBytes(packet);
      packet.release();
    }
  }
}
