package dev.parley.redis;

import static dev.parley.cluster.format.MessageReader.bad;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.cluster.format.Ids;
import dev.parley.cluster.format.MessageReader;
import dev.parley.cluster.format.MessageWriter;
import dev.parley.cluster.format.NodeMessages;
import dev.parley.server.adapter.Bodies;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Node's Redis Streams adapter 0.3 speaks, on a {@link RedisStreamsBus}. Events, joins, leaves and disconnects go into a
 * stream, where they wait for a node that was cut off for a while; questions and answers go over channels. Of both, any kind
 * of message is read, as Node's emitter puts all into the stream.
 *
 * <p>Volatile events go over a channel, too: they are worth nothing later, and need not push others out of the stream. So
 * they may overtake others. Node stores them, and reads ours all the same.
 *
 * <p>With several streams, the hash of a namespace chooses. Node counts with a hash that may be negative, and then writes to
 * a stream such as {@code socket.io--3}, which no Node reads: its own events are lost. Such a stream is read here, too, so that
 * Parley hears Node; and written is the stream without the second hyphen, which Node reads, so that Node hears Parley.
 */
public final class StreamsFormat implements Format {
  /** What Node takes unless told otherwise, as {@code streamName}. */
  public static final String DEFAULT_STREAM = "socket.io";

  /** What Node takes unless told otherwise, as {@code channelPrefix}. */
  public static final String DEFAULT_PREFIX = "socket.io";

  private static final String UID = "uid";
  private static final String NAMESPACE = "nsp";
  private static final String TYPE = "type";
  private static final String DATA = "data";

  private final String stream;
  private final int streams;
  private final String prefix;

  public StreamsFormat() {
    this(DEFAULT_STREAM, 1, DEFAULT_PREFIX);
  }

  /**
   * @param stream the stream's name, or how the names of all begin; Node's {@code streamName}
   * @param streams how many there are; Node's {@code streamCount}
   * @param prefix what all channels begin with; Node's {@code channelPrefix}
   */
  public StreamsFormat(String stream, int streams, String prefix) {
    if (streams < 1) {
      throw new IllegalArgumentException(streams + " streams, at least 1 is needed");
    }
    this.stream = Objects.requireNonNull(stream);
    this.streams = streams;
    this.prefix = Objects.requireNonNull(prefix);
  }

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public Membership membership() {
    return Membership.SUBSCRIBERS;
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

  private String only(String namespace, String node) {
    return everybody(namespace) + node + "#";
  }

  /** Where Node writes; its hash is that of Java. */
  private int nodeStream(String namespace) {
    return namespace.hashCode() % streams;
  }

  private String streamChannel(int number) {
    return StreamFields.channelOf(streams == 1 ? stream : stream + "-" + number);
  }

  @Override
  public List<String> channels(Node node) {
    String namespace = node.namespace();
    String everybody = everybody(namespace);
    String only = only(namespace, node.id());
    int number = nodeStream(namespace);
    return number < 0
        ? List.of(everybody, only, streamChannel(-number), streamChannel(number))
        : List.of(everybody, only, streamChannel(number));
  }

  @Override
  public List<String> answerChannels(Node node) {
    return List.of(only(node.namespace(), node.id()));
  }

  @Override
  public @Nullable String roomChannel(Node node, String room, boolean isSocketId) {
    return null;
  }

  @Override
  public String memberChannel(Node node) {
    return everybody(node.namespace());
  }

  @Override
  public @Nullable Frame encode(Node node, ClusterMessage message, Bodies bodies) {
    if (!isKnown(message)) {
      return null;
    }
    String namespace = node.namespace();
    if (isStored(message)) {
      return new Frame(
          streamChannel(Math.abs(nodeStream(namespace))), entry(node, message, bodies));
    }
    String channel = message instanceof ClusterMessage.Answer answer
        ? only(namespace, answer.to())
        : everybody(namespace);
    return new Frame(
        channel,
        MessageWriter.msgpack(bodies, to -> NodeMessages.write(to, namespace, node.id(), message)));
  }

  /** Nodes do not announce themselves. */
  private static boolean isKnown(ClusterMessage message) {
    return NodeMessages.type(message) != 0 && NodeMessages.hasData(message);
  }

  private static boolean isStored(ClusterMessage message) {
    if (message instanceof ClusterMessage.Broadcast it) {
      return it.requestId() == null && !it.flags().isVolatile();
    }
    return message instanceof ClusterMessage.SocketsJoin
        || message instanceof ClusterMessage.SocketsLeave
        || message instanceof ClusterMessage.DisconnectSockets;
  }

  private static byte[] entry(Node node, ClusterMessage message, Bodies bodies) {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    fields.put(UID, bytes(node.id()));
    fields.put(NAMESPACE, bytes(node.namespace()));
    fields.put(TYPE, bytes(String.valueOf(NodeMessages.type(message))));
    fields.put(
        DATA,
        NodeMessages.isBinary(message, bodies)
            ? Base64.getEncoder()
                .encode(MessageWriter.msgpack(bodies, to -> writeData(to, message)))
            : MessageWriter.json(bodies, to -> writeData(to, message)));
    return StreamFields.pack(fields);
  }

  private static void writeData(MessageWriter to, ClusterMessage message) {
    to.startObject();
    NodeMessages.writeData(to, message);
    to.endObject();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public @Nullable Received decode(String channel, byte[] message, Bodies bodies) {
    Received received = StreamFields.isStream(channel)
        ? readEntry(StreamFields.unpack(message), bodies)
        : readMessage(message, bodies);
    return received == null || !isKnown(received.message()) ? null : received;
  }

  private static @Nullable Received readMessage(byte[] message, Bodies bodies) {
    try (MessageReader from = MessageReader.msgpack(message, bodies)) {
      return NodeMessages.read(from);
    }
  }

  /** @return null if it is none of Node's: somebody else may use the stream, too */
  private static @Nullable Received readEntry(Map<String, byte[]> fields, Bodies bodies) {
    byte[] namespace = fields.get(NAMESPACE);
    if (namespace == null) {
      return null;
    }
    int type = number(text(fields, TYPE));
    String from = text(fields, UID);
    byte[] data = fields.get(DATA);
    ClusterMessage message;
    if (data == null || data.length == 0) {
      message = NodeMessages.read(type, null, bodies);
    } else {
      try (MessageReader reader = reader(data, bodies)) {
        message = NodeMessages.read(type, reader, bodies);
      }
    }
    return message == null
        ? null
        : new Received(new String(namespace, StandardCharsets.UTF_8), from, message);
  }

  private static MessageReader reader(byte[] data, Bodies bodies) {
    return data[0] == '{'
        ? MessageReader.json(data, bodies)
        : MessageReader.msgpack(fromBase64(data), bodies);
  }

  private static byte[] fromBase64(byte[] text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw bad("the field data is neither JSON nor base64");
    }
  }

  private static String text(Map<String, byte[]> fields, String name) {
    return new String(MessageReader.present(fields.get(name), name), StandardCharsets.UTF_8);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw bad("the field type is no number");
    }
  }
}
