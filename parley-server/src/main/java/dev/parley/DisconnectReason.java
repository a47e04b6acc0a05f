package dev.parley;

import dev.parley.protocol.engineio.CloseReason;

/** Why a socket left its namespace: the reference server's words, and some that it lacks. */
public enum DisconnectReason {
  /** The connection broke, or the client broke a rule of the transport. */
  TRANSPORT_ERROR("transport error"),
  /** The client closed the connection: a tab was closed, a network was lost in good order. */
  TRANSPORT_CLOSE("transport close"),
  /** The server closed the connection by a call on the transport. */
  FORCED_CLOSE("forced close"),
  /** The client answered no ping. */
  PING_TIMEOUT("ping timeout"),
  /** The client sent a packet that could not be decoded or was not allowed. */
  PARSE_ERROR("parse error"),
  /** The server dropped the connection: no namespace was joined in time, or a limit was reached. */
  FORCED_SERVER_CLOSE("forced server close"),
  /** The server is closing. */
  SERVER_SHUTTING_DOWN("server shutting down"),
  /** A message was longer than the maximum payload. Not in the reference, which says "transport error". */
  PAYLOAD_TOO_LARGE("payload too large"),
  /** The client read too slowly and its outgoing queue reached its bound. Not in the reference, which has no bound. */
  QUEUE_OVERFLOW("queue overflow"),
  /** The client left this namespace. */
  CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect"),
  /** The server sent this socket away with {@code disconnect}. */
  SERVER_NAMESPACE_DISCONNECT("server namespace disconnect");

  private final String text;

  DisconnectReason(String text) {
    this.text = text;
  }

  /** The words of the protocol. */
  public String text() {
    return text;
  }

  /** The reason that says the same of a whole connection. */
  public static DisconnectReason of(CloseReason reason) {
    return valueOf(reason.name());
  }
}
