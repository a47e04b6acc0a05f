package dev.parley.server.internal;

import dev.parley.AckException;
import dev.parley.Args;
import java.util.concurrent.CompletableFuture;

/** An acknowledgement as a future. It completes on the handler executor, for what follows it is the user's code. */
final class FutureAck implements PendingAck {
  private final CompletableFuture<Args> future = new CompletableFuture<>();
  private final PacketWriter packets;
  private final String event;

  FutureAck(PacketWriter packets, String event) {
    this.packets = packets;
    this.event = event;
  }

  CompletableFuture<Args> future() {
    return future;
  }

  @Override
  public void answered(Args values) {
    packets.complete(() -> future.complete(values));
  }

  @Override
  public void failed(AckException.Reason reason) {
    String why = switch (reason) {
      case TIMEOUT -> "the client did not acknowledge \"" + event + "\" in time";
      case DISCONNECTED -> "the client left before it acknowledged \"" + event + "\"";
      case TOO_MANY_PENDING -> "the client owes too many acknowledgements already";
    };
    packets.complete(() -> future.completeExceptionally(new AckException(reason, why)));
  }
}
