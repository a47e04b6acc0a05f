package dev.parley.redis;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.cluster.format.Ids;
import dev.parley.cluster.format.MessageReader;
import dev.parley.server.adapter.Bodies;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Node's Redis adapter 8.x and its emitter 5.1 speak: events on a channel of the namespace, or of the room if they are
 * for exactly one; questions and answers on channels of their own.
 *
 * <p>Node hears all rooms, by a pattern, and throws away what it has no use for. Here every room has a subscription of its
 * own, and so has every socket, as its id is a room: a command for Redis at each first join and each last leave, for which a
 * node receives only what its clients need. What is sent to a room in the instant in which its first member joins, before the
 * subscription is there, does not reach that member.
 *
 * <p>Answers do not say whose they are: who asks counts them. Unless all nodes answer on the asker's own channel, every node
 * hears the answers to all.
 */
public final class ClassicFormat implements Format {
  /** What Node calls itself unless told otherwise, in {@code key}. */
  public static final String DEFAULT_PREFIX = "socket.io";

  private static final int ID_LENGTH = 6;

  private final String events;
  private final String requests;
  private final String responses;
  private final boolean specificResponses;

  public ClassicFormat() {
    this(DEFAULT_PREFIX, false);
  }

  /**
   * @param prefix what all channels begin with; Node's {@code key}
   * @param specificResponses whether this node answers on the channel of the asker alone; Node's
   *     {@code publishOnSpecificResponseChannel}. Every node from 7.1 on listens there
   */
  public ClassicFormat(String prefix, boolean specificResponses) {
    Objects.requireNonNull(prefix);
    this.events = prefix + "#";
    this.requests = prefix + "-request#";
    this.responses = prefix + "-response#";
    this.specificResponses = specificResponses;
  }

  @Override
  public String name() {
    return "classic";
  }

  @Override
  public Membership membership() {
    return Membership.SUBSCRIBERS;
  }

  @Override
  public String newNodeId() {
    return Ids.text(ID_LENGTH);
  }

  @Override
  public String newRequestId() {
    return Ids.text(ID_LENGTH);
  }

  @Override
  public List<String> channels(Node node) {
    return List.of(
        events + node.namespace() + "#",
        requests + node.namespace() + "#",
        responses + node.namespace() + "#",
        ownResponses(node.namespace(), node.id()));
  }

  @Override
  public List<String> answerChannels(Node node) {
    return List.of(responses + node.namespace() + "#", ownResponses(node.namespace(), node.id()));
  }

  private String ownResponses(String namespace, String id) {
    return responses + namespace + "#" + id + "#";
  }

  @Override
  public String roomChannel(Node node, String room, boolean isSocketId) {
    return events + node.namespace() + "#" + room + "#";
  }

  @Override
  public String memberChannel(Node node) {
    return requests + node.namespace() + "#";
  }

  @Override
  public @Nullable Frame encode(Node node, ClusterMessage message, Bodies bodies) {
    byte[] bytes = ClassicMessages.write(node, message, bodies);
    return bytes == null ? null : new Frame(channel(node, message), bytes);
  }

  private String channel(Node node, ClusterMessage message) {
    if (message instanceof ClusterMessage.Answer answer) {
      // Node sends answers of servers to all, whatever the option.
      boolean toAll = !specificResponses
          || answer.to().isEmpty()
          || message instanceof ClusterMessage.ServerSideAnswer;
      return toAll
          ? responses + node.namespace() + "#"
          : ownResponses(node.namespace(), answer.to());
    }
    if (message instanceof ClusterMessage.Broadcast it && it.requestId() == null) {
      Set<String> rooms = it.selection().rooms();
      return rooms.size() == 1
          ? roomChannel(node, rooms.iterator().next(), false)
          : events + node.namespace() + "#";
    }
    return requests + node.namespace() + "#";
  }

  @Override
  public @Nullable Received decode(String channel, byte[] message, Bodies bodies) {
    if (channel.startsWith(events)) {
      try (MessageReader from = MessageReader.msgpack(message, bodies)) {
        Received event = ClassicMessages.readEvent(from);
        return channel.startsWith(events + event.namespace() + "#") ? event : null;
      }
    }
    boolean request = channel.startsWith(requests);
    if (!channel.endsWith("#") || !request && !channel.startsWith(responses)) {
      return null;
    }
    try (MessageReader from = MessageReader.either(message, bodies)) {
      return request
          ? ClassicMessages.readRequest(from, namespace(channel, requests))
          : ClassicMessages.readResponse(from, namespaceOfResponse(channel));
    }
  }

  private static String namespace(String channel, String prefix) {
    return channel.substring(prefix.length(), Math.max(prefix.length(), channel.length() - 1));
  }

  /** The namespace is followed by a node's id or not. One that itself ends like an id is mistaken, by six characters. */
  private String namespaceOfResponse(String channel) {
    String namespace = namespace(channel, responses);
    int hash = namespace.length() - ID_LENGTH - 1;
    return hash > 0 && namespace.charAt(hash) == '#' ? namespace.substring(0, hash) : namespace;
  }
}
