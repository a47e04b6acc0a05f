package dev.parley.server.transport;

import dev.parley.protocol.engineio.Message;
import org.jspecify.annotations.Nullable;

/** Hears a WebSocket. All calls on the link's lane: first {@link #onOpen}, last {@link #onClose}, each once. */
public interface WebSocketHandler {
  void onOpen(WebSocketLink link);

  /** A whole message; text is valid UTF-8. The host has handed its bytes over and keeps no reference. */
  void onMessage(Message message);

  /** What had made {@link WebSocketLink#writable} false has gone out. */
  void onWritable();

  /**
   * The connection has ended.
   *
   * @param code the peer's close code; 1005 if it sent none, 1006 if the connection broke, 1009 if a message was too large
   * @param cause what broke, or null after a close handshake
   */
  void onClose(int code, @Nullable Throwable cause);
}
