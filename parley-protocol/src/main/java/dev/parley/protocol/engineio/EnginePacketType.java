package dev.parley.protocol.engineio;

import org.jspecify.annotations.Nullable;

/** The seven packet types; their digit is the same in both revisions. */
public enum EnginePacketType {
  OPEN,
  CLOSE,
  PING,
  PONG,
  MESSAGE,
  UPGRADE,
  NOOP;

  private static final EnginePacketType[] BY_DIGIT = values();

  /** The digit that opens the packet on the wire. */
  public byte wire() {
    return (byte) ('0' + ordinal());
  }

  /** The type of this wire digit, or null if there is none. */
  public static @Nullable EnginePacketType of(int wire) {
    return wire < '0' || wire > '6' ? null : BY_DIGIT[wire - '0'];
  }
}
