package dev.parley.protocol.socketio;

import org.jspecify.annotations.Nullable;

/** One Socket.IO packet, protocol 4 or 5. Immutable, so that a broadcast may share it between threads. */
public sealed interface Packet {
  /** An acknowledgement id that is not there. */
  long NO_ACK = -1;

  /** Starts with a slash; {@code /} is the default namespace. */
  String namespace();

  /**
   * A client asks to join a namespace, or the server confirms it.
   *
   * @param query what stood behind the {@code ?} of the namespace (protocol 4 clients put their auth there), or null
   * @param body the auth object of a client, the answer of the server, or null
   */
  record Connect(
      String namespace, @Nullable String query, @Nullable Body body) implements Packet {}

  record Disconnect(String namespace) implements Packet {}

  /** @param body an array whose first element is the event's name */
  record Event(String namespace, Body body, long ackId) implements Packet {}

  /** @param body an array of the answer's values */
  record Ack(String namespace, Body body, long ackId) implements Packet {}

  /** @param body an object with {@code message} and maybe {@code data} in protocol 5, any value in protocol 4 */
  record ConnectError(String namespace, Body body) implements Packet {}
}
