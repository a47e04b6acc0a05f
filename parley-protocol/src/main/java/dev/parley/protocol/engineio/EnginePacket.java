package dev.parley.protocol.engineio;

/**
 * One Engine.IO packet. Only a {@link EnginePacketType#MESSAGE} may carry binary data.
 *
 * @param data what follows the type digit; empty for most types, {@code probe} for the packets of an upgrade
 */
public record EnginePacket(EnginePacketType type, Message data) {
  public static final EnginePacket PING = of(EnginePacketType.PING, "");
  public static final EnginePacket PONG = of(EnginePacketType.PONG, "");
  public static final EnginePacket PONG_PROBE = of(EnginePacketType.PONG, "probe");
  public static final EnginePacket CLOSE = of(EnginePacketType.CLOSE, "");
  public static final EnginePacket NOOP = of(EnginePacketType.NOOP, "");

  public EnginePacket {
    if (!data.isText() && type != EnginePacketType.MESSAGE) {
      throw new IllegalArgumentException("a " + type + " packet cannot carry binary data");
    }
  }

  public static EnginePacket of(EnginePacketType type, String text) {
    return new EnginePacket(type, Message.text(text));
  }

  public static EnginePacket message(Message data) {
    return new EnginePacket(EnginePacketType.MESSAGE, data);
  }
}
