package dev.parley.server.internal;

import dev.parley.AckException;
import dev.parley.Args;

/**
 * Somebody who waits for a client's acknowledgement. Exactly one of both methods is called, on the wire lane or, for a
 * socket that has left, by the one who asks.
 */
interface PendingAck {
  void answered(Args values);

  void failed(AckException.Reason reason);
}
