package dev.parley.server.transport;

import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO packet on its way out, shared by all who receive it. Its frames are made when first needed and kept, so
 * that a broadcast is encoded once for each wire form and not once for each client. Safe from any thread.
 */
public final class Outgoing {
  private final EnginePacket packet;
  private final boolean compress;
  private volatile @Nullable Object frame3;
  private volatile @Nullable Object frame4;

  /** @param compress false asks transports to send it uncompressed even where they compress others */
  public Outgoing(EnginePacket packet, boolean compress) {
    this.packet = packet;
    this.compress = compress;
  }

  public static Outgoing message(Message message, boolean compress) {
    return new Outgoing(EnginePacket.message(message), compress);
  }

  public EnginePacket packet() {
    return packet;
  }

  public boolean compress() {
    return compress;
  }

  /** What it counts for in a queue, in bytes. */
  public int size() {
    return packet.data().length() + 1;
  }

  /**
   * The host's own frame of this packet, made at most once per revision (once for both if the packet is text, which looks
   * the same in both).
   *
   * @param encoder makes the frame from the WebSocket message; runs under this packet's lock and must not block
   */
  @SuppressWarnings(
      "unchecked") // a server has one host, so all frames of a packet are of that host's type
  public <F> F frame(Revision revision, Function<Message, F> encoder) {
    boolean third = revision == Revision.V3 && !packet.data().isText();
    Object known = third ? frame3 : frame4;
    if (known == null) {
      synchronized (this) {
        known = third ? frame3 : frame4;
        if (known == null) {
          known = encoder.apply(EngineCodec.of(revision).encodeFrame(packet, false));
          if (third) {
            frame3 = known;
          } else {
            frame4 = known;
          }
        }
      }
    }
    return (F) known;
  }
}
