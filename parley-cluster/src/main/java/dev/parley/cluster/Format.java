package dev.parley.cluster;

import dev.parley.server.adapter.Bodies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the nodes of a cluster say things: on which channels, and in which bytes. Knows no bus and keeps no state of a
 * request. Thread-safe.
 */
public interface Format {
  /** As the user chooses it, for example {@code sharded}. */
  String name();

  /** How a node finds out how many others there are. */
  Membership membership();

  /** A new random id of a node, in one namespace, as others of this format expect it. */
  String newNodeId();

  /** A new id of a request, as others of this format expect it. */
  String newRequestId();

  /** The channels that a node with clients needs, whoever its clients are. */
  List<String> channels(Node node);

  /** Those of them on which answers to its questions come: all that an emitter needs. */
  List<String> answerChannels(Node node);

  /**
   * The channel of a room, which a node needs while one of its clients is in there.
   *
   * @param isSocketId whether the room is that of a socket's own id
   * @return null if messages to this room come on the other channels
   */
  @Nullable
  String roomChannel(Node node, String room, boolean isSocketId);

  /** The channel whose subscribers are the nodes; only asked with {@link Membership#SUBSCRIBERS}. */
  String memberChannel(Node node);

  /**
   * Writes a message.
   *
   * @param bodies writes and reads payloads
   * @return where to publish what; null if this format has no words for the message
   */
  @Nullable
  Frame encode(Node node, ClusterMessage message, Bodies bodies);

  /**
   * Writes a message that this format may have to say in several. All go out, in this order.
   *
   * @return null if this format has no words for the message
   */
  default @Nullable List<Frame> encodeAll(Node node, ClusterMessage message, Bodies bodies) {
    Frame frame = encode(node, message, bodies);
    return frame == null ? null : List.of(frame);
  }

  /**
   * Reads a message.
   *
   * @return null if it is none for servers
   * @throws dev.parley.protocol.ProtocolException or {@link tools.jackson.core.JacksonException} if it is malformed
   */
  @Nullable
  Received decode(String channel, byte[] message, Bodies bodies);

  /**
   * How many acknowledgements end a broadcast that asks for them; -1 if nodes announce with {@link
   * ClusterMessage.ClientCount} how many they have asked.
   */
  default int acknowledgements(ClusterMessage.Broadcast broadcast) {
    return -1;
  }

  /**
   * Whether a node that asks its clients for acknowledgements says with {@link ClusterMessage.ClientCount} how many.
   *
   * @param requestId as it came in
   */
  default boolean countsClients(String requestId) {
    return true;
  }

  /** How nodes know of each other. */
  enum Membership {
    /** They say so: at start, from time to time, and when they leave. */
    HEARTBEATS,
    /** The broker counts the subscribers of {@link #memberChannel}. */
    SUBSCRIBERS
  }

  /** One node in one namespace. */
  record Node(String namespace, String id) {}

  /** Bytes for a channel. */
  record Frame(String channel, byte[] message) {}

  /**
   * A message that came in.
   *
   * @param from the id of the node that sent it; of an emitter, or of a format that does not tell, any text that is no
   *     node's id
   */
  record Received(String namespace, String from, ClusterMessage message) {}
}
