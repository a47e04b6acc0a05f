package dev.parley.cluster.format;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.server.adapter.Bodies;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of Node's cluster adapters on channels of their own: one for each namespace, one for each node in it, and, as
 * chosen, one for each room. With subscribers counted this is the wire of Node's sharded Redis adapter; with heartbeats, what
 * Parley nodes speak among themselves on any bus.
 */
public final class NodeFormat implements Format {
  /** Which rooms have channels of their own. */
  public enum RoomChannels {
    /** None: every node hears everything of its namespaces. */
    NONE,
    /** Rooms whose names are not those of socket ids. Node's {@code dynamic}. */
    PUBLIC,
    /** All. Node's {@code dynamic-private}. */
    ALL
  }

  /** Rooms whose names have as many characters as socket ids are held to be such by Node, whatever they are. */
  private static final int SOCKET_ID_LENGTH = 20;

  private final String name;
  private final String prefix;
  private final RoomChannels roomChannels;
  private final Membership membership;

  /** @param prefix what all channels begin with; Node's default is {@code socket.io} */
  public NodeFormat(String name, String prefix, RoomChannels roomChannels, Membership membership) {
    this.name = Objects.requireNonNull(name);
    this.prefix = Objects.requireNonNull(prefix);
    this.roomChannels = Objects.requireNonNull(roomChannels);
    this.membership = Objects.requireNonNull(membership);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Membership membership() {
    return membership;
  }

  @Override
  public String newNodeId() {
    return Ids.hex(8);
  }

  @Override
  public String newRequestId() {
    return Ids.hex(8);
  }

  private String everybody(String namespace) {
    return prefix + "#" + namespace + "#";
  }

  private String only(String namespace, String nodeOrRoom) {
    return everybody(namespace) + nodeOrRoom + "#";
  }

  @Override
  public List<String> channels(Node node) {
    return List.of(everybody(node.namespace()), only(node.namespace(), node.id()));
  }

  @Override
  public List<String> answerChannels(Node node) {
    return membership == Membership.HEARTBEATS
        ? channels(node)
        : List.of(only(node.namespace(), node.id()));
  }

  @Override
  public @Nullable String roomChannel(Node node, String room, boolean isSocketId) {
    return hasChannel(room) && !(isSocketId && roomChannels == RoomChannels.PUBLIC)
        ? only(node.namespace(), room)
        : null;
  }

  private boolean hasChannel(String room) {
    return switch (roomChannels) {
      case NONE -> false;
      case PUBLIC -> room.length() != SOCKET_ID_LENGTH;
      case ALL -> true;
    };
  }

  @Override
  public String memberChannel(Node node) {
    return everybody(node.namespace());
  }

  @Override
  public @Nullable Frame encode(Node node, ClusterMessage message, Bodies bodies) {
    if (NodeMessages.type(message) == 0) {
      return null;
    }
    byte[] bytes = NodeMessages.isBinary(message, bodies)
        ? MessageWriter.msgpack(
            bodies, to -> NodeMessages.write(to, node.namespace(), node.id(), message))
        : MessageWriter.json(
            bodies, to -> NodeMessages.write(to, node.namespace(), node.id(), message));
    return new Frame(channel(node.namespace(), message), bytes);
  }

  private String channel(String namespace, ClusterMessage message) {
    if (message instanceof ClusterMessage.Answer answer) {
      return only(namespace, answer.to());
    }
    if (message instanceof ClusterMessage.Broadcast it && it.requestId() == null) {
      Set<String> rooms = it.selection().rooms();
      if (rooms.size() == 1) {
        String room = rooms.iterator().next();
        if (hasChannel(room)) {
          return only(namespace, room);
        }
      }
    }
    return everybody(namespace);
  }

  @Override
  public @Nullable Received decode(String channel, byte[] message, Bodies bodies) {
    try (MessageReader from = MessageReader.either(message, bodies)) {
      return NodeMessages.read(from);
    }
  }
}
