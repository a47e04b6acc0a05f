package dev.parley;

import dev.parley.http.HttpRequest;
import dev.parley.protocol.engineio.Revision;

/** A client of a plain Engine.IO service. Safe from any thread; messages of one thread are sent in its order. */
public interface EngineSocket {
  /** A name for logs and maps. Not the session id, which is a secret of the transport. */
  String id();

  Revision revision();

  /** The transport of now: an upgrade changes it once. */
  TransportType transport();

  /** The handshake. */
  HttpRequest request();

  /** The client's address; believed from the proxy if {@link EngineOptions#trustForwarded} says so. */
  String remoteAddress();

  /** True if the connection is encrypted, as seen by the client. */
  boolean secure();

  /** True until the session has ended. */
  boolean isOpen();

  /**
   * Sends a text message; never blocks. Does nothing once closed. A client that reads so slowly that
   * {@link Limits#maxQueuedBytes} are waiting for it is closed.
   */
  void send(String text);

  /** Sends a binary message; the array is handed over. As {@link #send(String)}. */
  void send(byte[] data);

  /** True if a message sent now would go out without waiting for others; may be out of date at once. */
  boolean writable();

  /** Bytes that wait for the transport; may be out of date at once. */
  long queuedBytes();

  /** Closes once everything sent before has gone out, or 30 s have passed. */
  void close();
}
