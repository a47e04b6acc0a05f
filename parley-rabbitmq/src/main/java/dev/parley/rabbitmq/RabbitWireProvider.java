package dev.parley.rabbitmq;

import dev.parley.cluster.Format;
import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Wire;
import dev.parley.cluster.WireProvider;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code amqp://} and {@code amqps://}, with these options:
 *
 * <ul>
 *   <li>{@code channel}: the name that all nodes and emitters of one cluster share; default {@code socketio}, as of
 *       python-socketio. Parley's exchange is this with {@code .parley} behind it.
 *   <li>{@code format}: {@code parley}, the full cluster protocol between Parley's nodes, each of which receives only what its
 *       rooms need.
 * </ul>
 */
public final class RabbitWireProvider implements WireProvider {
  private static final String FORMAT = "format";
  private static final String CHANNEL = "channel";
  private static final int MAX_CHANNEL = 200;

  @Override
  public Set<String> schemes() {
    return Set.of("amqp", "amqps");
  }

  @Override
  public Wire open(URI url, Map<String, String> options) {
    Set<String> unknown = new TreeSet<>(options.keySet());
    unknown.removeAll(Set.of(FORMAT, CHANNEL));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "RabbitMQ has no options " + unknown + "; it has format and channel");
    }
    String channel = options.getOrDefault(CHANNEL, "socketio");
    if (channel.isEmpty() || channel.length() > MAX_CHANNEL || channel.startsWith("amq.")) {
      throw new IllegalArgumentException("the channel \"" + channel + "\" cannot be: 1 to "
          + MAX_CHANNEL + " characters are allowed, and no \"amq.\" in front");
    }
    String exchange = channel + ".parley";
    String format = options.getOrDefault(FORMAT, "parley");
    return switch (format) {
      case "parley" -> new Wire(new RabbitBus(url, exchange, Set.of()), parley());
      default ->
        throw new IllegalArgumentException(
            "RabbitMQ has no format \"" + format + "\"; it has parley");
    };
  }

  private static Format parley() {
    return new NodeFormat("parley", "socket.io", RoomChannels.ALL, Membership.HEARTBEATS);
  }
}
