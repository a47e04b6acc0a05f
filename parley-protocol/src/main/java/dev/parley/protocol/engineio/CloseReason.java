package dev.parley.protocol.engineio;

/** Why a session ended. The first five are the reference server's own words; the others say what it leaves unsaid. */
public enum CloseReason {
  /** The connection broke, or the peer broke a rule of the transport. */
  TRANSPORT_ERROR("transport error"),
  /** The peer closed the connection or sent a close packet. */
  TRANSPORT_CLOSE("transport close"),
  /** This side closed the session by a call. */
  FORCED_CLOSE("forced close"),
  /** No heartbeat came in time. */
  PING_TIMEOUT("ping timeout"),
  /** An Engine.IO or Socket.IO packet could not be decoded or was not allowed. */
  PARSE_ERROR("parse error"),
  /** The server dropped the connection: no namespace was joined in time, or a limit was reached. */
  FORCED_SERVER_CLOSE("forced server close"),
  /** The server is closing. */
  SERVER_SHUTTING_DOWN("server shutting down"),
  /** A message or request body was longer than the maximum payload. */
  PAYLOAD_TOO_LARGE("payload too large"),
  /** The peer read too slowly and its outgoing queue reached its bound. */
  QUEUE_OVERFLOW("queue overflow");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  /** The words that users see and that other implementations use. */
  public String text() {
    return text;
  }
}
