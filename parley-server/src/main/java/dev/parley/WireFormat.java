package dev.parley;

/** How Socket.IO packets are written. */
public enum WireFormat {
  /** Text with binary attachments: what clients speak if nobody asks for another. */
  JSON,
  /** One binary message a packet, as the client's {@code socket.io-msgpack-parser} speaks it. */
  MSGPACK
}
