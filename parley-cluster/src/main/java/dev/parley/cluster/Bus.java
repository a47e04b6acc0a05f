package dev.parley.cluster;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between the nodes of a cluster, by the names of channels; it does not know what they mean. Safe from any
 * thread, and nothing here blocks: a broker that is away or slow must not hold up a caller.
 *
 * <p>What one thread publishes on one channel arrives in that order at every subscriber, at most once. While the broker is
 * away a bus tries to reach it again, for ever, and takes up all subscriptions by itself when it is back.
 */
public interface Bus extends AutoCloseable {
  /** What {@link #subscribers} says if it cannot be known. */
  int UNKNOWN = -1;

  /** Begins to connect and returns at once, also if the broker is away. Called once, before anything else. */
  void start(Listener listener);

  /**
   * Sends a message to the subscribers of a channel.
   *
   * @param message not changed by anybody after this call
   * @return completes when the broker has it; fails, at once or later, if the broker may not have it. A failed message is
   *     not sent again, as nobody knows whether it was seen
   */
  CompletionStage<@Nullable Void> publish(String channel, byte[] message);

  /** Asks for the messages of a channel from now on. @return completes once they come; fails if the bus is closed */
  CompletionStage<@Nullable Void> subscribe(String channel);

  void unsubscribe(String channel);

  /** How many nodes have subscribed to a channel, this one included; {@link #UNKNOWN} if this bus cannot count. */
  CompletionStage<Integer> subscribers(String channel);

  /** Sends what was published, for a second at most, and frees everything. */
  @Override
  void close();

  /** Hears from a bus, on threads of the bus; must not block, and does not throw. */
  interface Listener {
    /** The messages of one channel come one at a time. A node hears its own, too. */
    void onMessage(String channel, byte[] message);

    /** The broker can be reached and all subscriptions are in place; also at the first time. */
    void onConnected();

    /** The broker cannot be reached, or not any more. May be repeated. @param why for the log */
    void onDisconnected(String why);
  }
}
