package dev.parley.cluster.format;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Selection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The messages of python-socketio and Flask-SocketIO, all on one channel. What they have words for goes there, and all nodes,
 * Python's and Parley's, hear it once: events; one socket's joining, leaving and disconnecting; a room's closing; an event to one
 * socket that asks for an acknowledgement, and that acknowledgement.
 *
 * <p>What they have no words for goes between Parley's nodes only, on a side channel in the words of {@link NodeFormat}: who is
 * there, fetched sockets, server-side events, acknowledgements of whole rooms, and joining, leaving and disconnecting of whole
 * rooms. Between the two there is no order.
 *
 * <p>Python has ids of sockets in {@code except}, not rooms; it knows nothing of volatile events and compression. Parley tells its
 * own nodes in a field that Python does not read. Bytes in an acknowledgement arrive at Python as base64, as its own do not
 * arrive at all.
 */
public final class PythonFormat implements Format {
  /** What python-socketio uses unless told otherwise. */
  public static final String DEFAULT_CHANNEL = "socketio";

  /** What Flask-SocketIO uses unless told otherwise. */
  public static final String FLASK_CHANNEL = "flask-socketio";

  /** As Python, Node and Parley make the ids of sockets. A room of such a name is taken for a socket. */
  private static final Pattern SOCKET_ID = Pattern.compile("[A-Za-z0-9_-]{20}");

  private static final int ID_BYTES = 16;

  private final String channel;
  private final PythonDialect dialect;
  private final NodeFormat side;

  public PythonFormat() {
    this(DEFAULT_CHANNEL, PythonDialect.ANY);
  }

  public PythonFormat(String channel, PythonDialect dialect) {
    this.channel = Objects.requireNonNull(channel);
    this.dialect = Objects.requireNonNull(dialect);
    this.side = new NodeFormat(
        "python", channel + ".parley", NodeFormat.RoomChannels.NONE, Membership.HEARTBEATS);
  }

  /** The channel that is shared with Python. */
  public String channel() {
    return channel;
  }

  @Override
  public String name() {
    return "python";
  }

  @Override
  public Membership membership() {
    return side.membership();
  }

  @Override
  public String newNodeId() {
    return Ids.hex(ID_BYTES);
  }

  @Override
  public String newRequestId() {
    return Ids.hex(ID_BYTES);
  }

  @Override
  public List<String> channels(Node node) {
    List<String> sides = side.channels(node);
    return List.of(channel, sides.get(0), sides.get(1));
  }

  @Override
  public List<String> answerChannels(Node node) {
    return channels(node);
  }

  @Override
  public @Nullable String roomChannel(Node node, String room, boolean isSocketId) {
    return null;
  }

  @Override
  public String memberChannel(Node node) {
    return side.memberChannel(node);
  }

  private static @Nullable String onlySocket(Selection selection) {
    if (selection.rooms().size() != 1 || !selection.except().isEmpty()) {
      return null;
    }
    String room = selection.rooms().iterator().next();
    return SOCKET_ID.matcher(room).matches() ? room : null;
  }

  /** Python's nodes do not say how many clients they ask; one that is asked by its id is one. */
  @Override
  public int acknowledgements(ClusterMessage.Broadcast broadcast) {
    return onlySocket(broadcast.selection()) == null ? -1 : 1;
  }

  /** A socket that is asked by its id was not counted, whoever asks. */
  @Override
  public boolean countsClients(String requestId) {
    return !PythonCallback.isUncounted(requestId);
  }

  @Override
  public @Nullable Frame encode(Node node, ClusterMessage message, Bodies bodies) {
    List<Frame> frames = encodeAll(node, message, bodies);
    return frames == null || frames.size() != 1 ? null : frames.get(0);
  }

  @Override
  public @Nullable List<Frame> encodeAll(Node node, ClusterMessage message, Bodies bodies) {
    Words words = new Words(node, bodies);
    if (message instanceof ClusterMessage.Broadcast it) {
      String socket = onlySocket(it.selection());
      if (it.requestId() == null || socket != null) {
        return List.of(words.emit(it, socket));
      }
    } else if (message instanceof ClusterMessage.SocketsJoin it) {
      String socket = onlySocket(it.selection());
      if (socket != null) {
        return words.eachRoom("enter_room", socket, it.rooms());
      }
    } else if (message instanceof ClusterMessage.SocketsLeave it) {
      String socket = onlySocket(it.selection());
      if (it.selection().except().isEmpty()
          && it.rooms().size() == 1
          && it.rooms().equals(it.selection().rooms())) {
        return List.of(words.closeRoom(it.rooms().iterator().next()));
      } else if (socket != null) {
        return words.eachRoom("leave_room", socket, it.rooms());
      }
    } else if (message instanceof ClusterMessage.DisconnectSockets it) {
      String socket = onlySocket(it.selection());
      if (socket != null) {
        return List.of(words.disconnect(socket, it.close()));
      }
    } else if (message instanceof ClusterMessage.ClientAck it) {
      PythonCallback callback = PythonCallback.of(it.requestId());
      if (callback != null) {
        return List.of(words.callback(it, callback));
      }
      String id = PythonCallback.original(it.requestId());
      return side.encodeAll(
          node, new ClusterMessage.ClientAck(it.to(), id, it.socketId(), it.values()), bodies);
    }
    return side.encodeAll(node, message, bodies);
  }

  /** Says what Python understands. */
  private final class Words {
    private final Node node;
    private final Bodies bodies;
    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    private final Map<String, Object> extras = new LinkedHashMap<>();

    Words(Node node, Bodies bodies) {
      this.node = node;
      this.bodies = bodies;
    }

    private Frame frame() {
      byte[] message = dialect == PythonDialect.V5_13
          ? PythonPickle.write(fields, extras, bodies)
          : PythonJson.write(fields, extras, dialect, bodies);
      return new Frame(channel, message);
    }

    Frame emit(ClusterMessage.Broadcast it, @Nullable String socket) {
      fields.put("method", "emit");
      fields.put("event", it.event().event());
      fields.put("data", new PythonArguments(it.event().body(), true));
      fields.put("namespace", node.namespace());
      fields.put("room", oneOrMany(it.selection().rooms()));
      fields.put("skip_sid", oneOrMany(it.selection().except()));
      fields.put(
          "callback",
          it.requestId() == null ? null : List.of(socket, node.namespace(), it.requestId()));
      fields.put("host_id", node.id());
      addFlags(it.flags());
      return frame();
    }

    private void addFlags(Flags flags) {
      Map<String, Object> special = new LinkedHashMap<>();
      if (flags.isVolatile()) {
        special.put("volatile", true);
      }
      if (!flags.compress()) {
        special.put("compress", false);
      }
      if (flags.timeout() != null) {
        special.put("timeout", flags.timeout().toMillis());
      }
      if (!special.isEmpty()) {
        extras.put("flags", special);
      }
    }

    List<Frame> eachRoom(String method, String socket, Set<String> rooms) {
      return rooms.stream().map(room -> oneRoom(method, socket, room)).toList();
    }

    private Frame oneRoom(String method, String socket, String room) {
      fields.put("method", method);
      fields.put("sid", socket);
      fields.put("room", room);
      return addressed();
    }

    Frame closeRoom(String room) {
      fields.put("method", "close_room");
      fields.put("room", room);
      return addressed();
    }

    Frame disconnect(String socket, boolean close) {
      fields.put("method", "disconnect");
      fields.put("sid", socket);
      if (close) {
        extras.put("close", true);
      }
      return addressed();
    }

    private Frame addressed() {
      fields.put("namespace", node.namespace());
      fields.put("host_id", node.id());
      return frame();
    }

    Frame callback(ClusterMessage.ClientAck it, PythonCallback callback) {
      fields.put("method", "callback");
      fields.put("host_id", it.to());
      fields.put("sid", callback.room());
      fields.put("namespace", node.namespace());
      fields.put("id", callback.id());
      fields.put("args", new PythonArguments(it.values(), false));
      return frame();
    }
  }

  private static @Nullable Object oneOrMany(Set<String> names) {
    return switch (names.size()) {
      case 0 -> null;
      case 1 -> names.iterator().next();
      default -> names.stream().sorted().toList();
    };
  }

  @Override
  public @Nullable Received decode(String channel, byte[] message, Bodies bodies) {
    if (!channel.equals(this.channel)) {
      return side.decode(channel, message, bodies);
    }
    return PickleReader.isPickle(message)
        ? PythonPickle.read(message, bodies)
        : PythonJson.read(message, dialect, bodies);
  }
}
