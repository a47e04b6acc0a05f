package dev.parley.rabbitmq;

import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Wire;
import dev.parley.cluster.WireProvider;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import dev.parley.cluster.format.PythonDialect;
import dev.parley.cluster.format.PythonFormat;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes wires over RabbitMQ, from {@code amqp://user:password@host:5672/virtual-host}, or {@code amqps://} with the
 * certificates that this JVM trusts. What is left out is {@code guest}, {@code localhost}, the usual port and the virtual host
 * {@code /}, which may also be written {@code //} as Kombu does. Special characters of a part are written with percent signs.
 *
 * <p>The options, in the query:
 *
 * <ul>
 *   <li>{@code format}: how the nodes speak
 *       <ul>
 *         <li>{@code python} (default): python-socketio's KombuManager, on a fanout exchange with the name of the channel, and the
 *             full cluster protocol between Parley's nodes beside it. Every node hears every event
 *         <li>{@code parley}: the full cluster protocol between Parley's nodes alone; a node receives only what its rooms need.
 *             The one to choose where there is no Python
 *       </ul>
 *   <li>{@code channel}: the name that all nodes and emitters of one cluster share; default {@code socketio}, as of
 *       python-socketio; Flask-SocketIO has {@code flask-socketio}. Parley's own exchange is this with {@code .parley} behind it
 *   <li>{@code subscription}, for {@code parley}: which rooms a node binds to its queue. {@code dynamic-private} (default): all;
 *       {@code dynamic}: not those of single sockets; {@code static}: none, every node hears every event. A binding costs RabbitMQ
 *       about as much as some messages, when a room gets its first client on a node and when it loses its last, and when a node
 *       comes back. Must be the same on all nodes
 *   <li>{@code dialect}, for {@code python}: {@code any} (default), {@code 5.13}, {@code 5.14} or {@code 5.15}, see {@link
 *       PythonDialect}
 * </ul>
 */
public final class RabbitWireProvider implements WireProvider {
  private static final String FORMAT = "format";
  private static final String CHANNEL = "channel";
  private static final String DIALECT = "dialect";
  private static final String SUBSCRIPTION = "subscription";
  private static final int MAX_CHANNEL = 200;

  private static final Map<String, RoomChannels> SUBSCRIPTIONS = Map.of(
      "dynamic-private", RoomChannels.ALL,
      "dynamic", RoomChannels.PUBLIC,
      "static", RoomChannels.NONE);

  @Override
  public Set<String> schemes() {
    return Set.of("amqp", "amqps");
  }

  @Override
  public Wire open(URI url, Map<String, String> options) {
    String channel = options.getOrDefault(CHANNEL, PythonFormat.DEFAULT_CHANNEL);
    if (channel.isEmpty() || channel.length() > MAX_CHANNEL || channel.startsWith("amq.")) {
      throw new IllegalArgumentException("the channel \"" + channel + "\" cannot be: 1 to "
          + MAX_CHANNEL + " characters are allowed, and no \"amq.\" in front");
    }
    String exchange = channel + ".parley";
    String format = options.getOrDefault(FORMAT, "python");
    if (format.equals("python")) {
      allow(options, format, DIALECT);
      PythonDialect dialect =
          PythonDialect.of(options.getOrDefault(DIALECT, PythonDialect.ANY.option()));
      return new Wire(
          new RabbitBus(url, exchange, Set.of(channel)), new PythonFormat(channel, dialect));
    }
    if (format.equals("parley")) {
      allow(options, format, SUBSCRIPTION);
      RoomChannels rooms = rooms(options.getOrDefault(SUBSCRIPTION, "dynamic-private"));
      return new Wire(
          new RabbitBus(url, exchange, Set.of()),
          new NodeFormat("parley", "socket.io", rooms, Membership.HEARTBEATS));
    }
    throw new IllegalArgumentException(
        "RabbitMQ has no format \"" + format + "\"; it has python and parley");
  }

  private static void allow(Map<String, String> options, String format, String special) {
    Set<String> unknown = new TreeSet<>(options.keySet());
    unknown.removeAll(Set.of(FORMAT, CHANNEL, special));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("RabbitMQ has no options " + unknown + " with the format "
          + format + "; it has format, channel and " + special);
    }
  }

  private static RoomChannels rooms(String subscription) {
    RoomChannels rooms = SUBSCRIPTIONS.get(subscription);
    if (rooms == null) {
      throw new IllegalArgumentException("the subscription \"" + subscription
          + "\" is unknown; dynamic-private, dynamic and static are known");
    }
    return rooms;
  }
}
