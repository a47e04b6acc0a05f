package dev.parley.server.transport;

import dev.parley.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How to accept a WebSocket.
 *
 * @param headers more header fields for the 101
 * @param maxMessageBytes a longer message, also after inflating, closes with 1009
 * @param deflate what to do when the client offers permessage-deflate; null declines
 */
public record WebSocketSettings(
    Headers headers, int maxMessageBytes, @Nullable Deflate deflate) {
  /**
   * permessage-deflate (RFC 7692), always without context takeover on our side, so that an idle connection keeps no
   * window and a broadcast may share one compressed frame.
   *
   * @param thresholdBytes shorter messages are sent as they are
   */
  public record Deflate(int thresholdBytes) {}
}
