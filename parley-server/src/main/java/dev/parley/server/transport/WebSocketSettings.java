package dev.parley.server.transport;

import dev.parley.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How to accept a WebSocket.
 *
 * @param headers more header fields for the 101
 * @param maxMessageBytes a longer message, also after inflating, closes with 1009
 * @param deflate what to do when the client offers permessage-deflate; null declines
 * @param speaksFirst the handler writes as soon as the link is open. A host on a network then opens it a moment after the
 *     101 has left: a script that awaits the opening of its WebSocket before it listens, as the public protocol suites do,
 *     would miss a frame that arrives in one piece with the 101
 */
public record WebSocketSettings(
    Headers headers, int maxMessageBytes, @Nullable Deflate deflate, boolean speaksFirst) {
  /** Of a handler that waits for the client. */
  public WebSocketSettings(Headers headers, int maxMessageBytes, @Nullable Deflate deflate) {
    this(headers, maxMessageBytes, deflate, false);
  }

  /**
   * permessage-deflate (RFC 7692), always without context takeover on our side, so that an idle connection keeps no
   * window and a broadcast may share one compressed frame.
   *
   * @param thresholdBytes shorter messages are sent as they are
   */
  public record Deflate(int thresholdBytes) {}
}
