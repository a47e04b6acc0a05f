package dev.parley.server.internal.engine;

import dev.parley.server.transport.Outgoing;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Packets that the transport could not take yet, oldest first. Session's lane only; exists only while it holds some. */
final class Outbox {
  private static final int PACKET_WEIGHT = 16;

  private final ArrayDeque<Outgoing> packets = new ArrayDeque<>(4);
  private long bytes;

  void add(Outgoing packet) {
    packets.add(packet);
    bytes += packet.size();
  }

  @Nullable
  Outgoing peek() {
    return packets.peek();
  }

  @Nullable
  Outgoing poll() {
    Outgoing packet = packets.poll();
    if (packet != null) {
      bytes -= packet.size();
    }
    return packet;
  }

  boolean isEmpty() {
    return packets.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /** The bytes, and what each packet costs beside them: or packets without data could pile up for nothing. */
  long weight() {
    return bytes + (long) PACKET_WEIGHT * packets.size();
  }
}
