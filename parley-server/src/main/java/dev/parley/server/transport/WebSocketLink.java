package dev.parley.server.transport;

import dev.parley.protocol.engineio.Revision;

/** An open WebSocket, to be written to. Everything on its lane only. */
public interface WebSocketLink {
  Lane lane();

  /** Queues one packet as one message; nothing goes out before {@link #flush}. The host may keep its frame in it. */
  void write(Outgoing packet, Revision revision, boolean base64);

  void flush();

  /** False while the connection holds more unsent bytes than its high-water mark. */
  boolean writable();

  /** Bytes written and not yet taken by the network. */
  long pendingBytes();

  /** Stops or starts reading; while stopped, the peer is held back by TCP. */
  void reading(boolean on);

  /** Sends a close frame after what was written, then closes. @param code 1005 sends an empty close frame */
  void close(int code, String reason);

  /** Cuts the connection at once; what was not sent is lost. */
  void abort();
}
