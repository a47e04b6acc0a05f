package dev.parley.server.internal.engine;

import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Message;
import org.jspecify.annotations.Nullable;

/** What a session carries messages for. All calls on the session's lane, one at a time. */
public interface SessionHandler {
  /** The peer's next message. @throws dev.parley.protocol.ProtocolException to close with {@link CloseReason#PARSE_ERROR} */
  void onMessage(Message message);

  /** The outgoing queue, full a moment ago, has room again. */
  void onWritable();

  /** Time has passed {@link #nextDeadline}. */
  void tick(long nowNanos);

  /** When to call {@link #tick}; {@link Long#MAX_VALUE} for never. In the lane's time. */
  long nextDeadline();

  /** The last call, exactly once. */
  void onClose(CloseReason reason, @Nullable Throwable cause);
}
