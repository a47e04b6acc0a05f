package dev.parley.protocol.engineio;

/** Stands in until the codec lands. */
public final class EngineCodec {
  public static EngineCodec of(Revision revision) {
    throw new UnsupportedOperationException();
  }

  public Message encodeFrame(EnginePacket packet, boolean base64) {
    throw new UnsupportedOperationException();
  }
}
