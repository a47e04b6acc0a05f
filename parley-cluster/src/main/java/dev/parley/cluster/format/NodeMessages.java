package dev.parley.cluster.format;

import static dev.parley.cluster.format.MessageReader.present;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format.Received;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of Node's cluster adapters, {@code {uid, nsp, type, data}}, and their parts, which other formats of Node share.
 *
 * <p>Parley adds two fields that Node ignores: {@code socketId} tells whose an acknowledgement is, and {@code values} holds all
 * its values where there is not exactly one.
 */
public final class NodeMessages {
  private static final int INITIAL_HEARTBEAT = 1;
  private static final int HEARTBEAT = 2;
  private static final int BROADCAST = 3;
  private static final int SOCKETS_JOIN = 4;
  private static final int SOCKETS_LEAVE = 5;
  private static final int DISCONNECT_SOCKETS = 6;
  private static final int FETCH_SOCKETS = 7;
  private static final int FETCH_SOCKETS_RESPONSE = 8;
  private static final int SERVER_SIDE_EMIT = 9;
  private static final int SERVER_SIDE_EMIT_RESPONSE = 10;
  private static final int BROADCAST_CLIENT_COUNT = 11;
  private static final int BROADCAST_ACK = 12;
  private static final int ADAPTER_CLOSE = 13;
  private static final int EVENT = 2;
  private static final long MAX_TIMEOUT_MILLIS = 86_400_000;

  private NodeMessages() {}

  /** The number by which Node knows a message, or 0 if it does not. */
  public static int type(ClusterMessage message) {
    if (message instanceof ClusterMessage.Heartbeat it) {
      return it.initial() ? INITIAL_HEARTBEAT : HEARTBEAT;
    }
    return TYPES.getOrDefault(message.getClass(), 0);
  }

  private static final Map<Class<? extends ClusterMessage>, Integer> TYPES = Map.ofEntries(
      Map.entry(ClusterMessage.Broadcast.class, BROADCAST),
      Map.entry(ClusterMessage.SocketsJoin.class, SOCKETS_JOIN),
      Map.entry(ClusterMessage.SocketsLeave.class, SOCKETS_LEAVE),
      Map.entry(ClusterMessage.DisconnectSockets.class, DISCONNECT_SOCKETS),
      Map.entry(ClusterMessage.FetchSockets.class, FETCH_SOCKETS),
      Map.entry(ClusterMessage.FetchedSockets.class, FETCH_SOCKETS_RESPONSE),
      Map.entry(ClusterMessage.ServerSideEmit.class, SERVER_SIDE_EMIT),
      Map.entry(ClusterMessage.ServerSideAnswer.class, SERVER_SIDE_EMIT_RESPONSE),
      Map.entry(ClusterMessage.ClientCount.class, BROADCAST_CLIENT_COUNT),
      Map.entry(ClusterMessage.ClientAck.class, BROADCAST_ACK),
      Map.entry(ClusterMessage.Leaving.class, ADAPTER_CLOSE));

  /** Whether Node writes a message as MessagePack rather than JSON: it holds binary data. */
  public static boolean isBinary(ClusterMessage message, Bodies bodies) {
    if (message instanceof ClusterMessage.Broadcast it) {
      return MessageWriter.isBinary(it.event().body(), bodies);
    }
    if (message instanceof ClusterMessage.ServerSideEmit it) {
      return MessageWriter.isBinary(it.event(), bodies);
    }
    if (message instanceof ClusterMessage.ServerSideAnswer it) {
      return MessageWriter.isBinary(it.values(), bodies);
    }
    if (message instanceof ClusterMessage.ClientAck it) {
      return MessageWriter.isBinary(it.values(), bodies);
    }
    return message instanceof ClusterMessage.FetchedSockets it
        && it.sockets().stream().anyMatch(socket -> hasBinary(socket.data()));
  }

  private static boolean hasBinary(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().anyMatch(NodeMessages::hasBinary);
    }
    if (value instanceof List<?> list) {
      return list.stream().anyMatch(NodeMessages::hasBinary);
    }
    return value instanceof byte[];
  }

  /** Writes {@code {uid, nsp, type, data}}. */
  public static void write(
      MessageWriter to, String namespace, String nodeId, ClusterMessage message) {
    to.startObject().text("uid", nodeId).text("nsp", namespace).number("type", type(message));
    if (hasData(message)) {
      to.startObject("data");
      writeData(to, namespace, message);
      to.endObject();
    }
    to.endObject();
  }

  public static boolean hasData(ClusterMessage message) {
    return !(message instanceof ClusterMessage.Heartbeat
        || message instanceof ClusterMessage.Leaving);
  }

  /** Writes the fields of {@code data}. */
  public static void writeData(MessageWriter to, String namespace, ClusterMessage message) {
    if (message instanceof ClusterMessage.Broadcast it) {
      to.startObject("packet")
          .number("type", EVENT)
          .body("data", it.event().body())
          .text("nsp", namespace)
          .endObject();
      to.startObject("opts");
      writeSelection(to, it.selection());
      writeFlags(to, it.flags(), it.requestId() != null);
      to.endObject();
      writeRequestId(to, it.requestId());
    } else if (message instanceof ClusterMessage.SocketsJoin it) {
      writeOptions(to, it.selection());
      to.texts("rooms", it.rooms());
    } else if (message instanceof ClusterMessage.SocketsLeave it) {
      writeOptions(to, it.selection());
      to.texts("rooms", it.rooms());
    } else if (message instanceof ClusterMessage.DisconnectSockets it) {
      writeOptions(to, it.selection());
      to.bool("close", it.close());
    } else if (message instanceof ClusterMessage.FetchSockets it) {
      writeOptions(to, it.selection());
      to.text("requestId", it.requestId());
    } else if (message instanceof ClusterMessage.FetchedSockets it) {
      to.text("requestId", it.requestId()).startArray("sockets");
      it.sockets().forEach(socket -> writeSocket(to, socket));
      to.endArray();
    } else if (message instanceof ClusterMessage.ServerSideEmit it) {
      writeRequestId(to, it.requestId());
      to.body("packet", it.event());
    } else if (message instanceof ClusterMessage.ServerSideAnswer it) {
      to.text("requestId", it.requestId());
      writeValues(to, it.values());
    } else if (message instanceof ClusterMessage.ClientCount it) {
      to.text("requestId", it.requestId()).number("clientCount", it.count());
    } else if (message instanceof ClusterMessage.ClientAck it) {
      to.text("requestId", it.requestId());
      writeValues(to, it.values());
      if (it.socketId() != null) {
        to.text("socketId", it.socketId());
      }
    }
  }

  private static void writeRequestId(MessageWriter to, @Nullable String requestId) {
    if (requestId != null) {
      to.text("requestId", requestId);
    }
  }

  private static void writeOptions(MessageWriter to, Selection selection) {
    to.startObject("opts");
    writeSelection(to, selection);
    to.startObject("flags").endObject().endObject();
  }

  /** {@code rooms} and {@code except}. */
  public static void writeSelection(MessageWriter to, Selection selection) {
    to.texts("rooms", selection.rooms()).texts("except", selection.except());
  }

  /** {@code flags}: only those that are not the default. */
  public static void writeFlags(MessageWriter to, Flags flags, boolean expectsAnswer) {
    to.startObject("flags");
    if (flags.isVolatile()) {
      to.bool("volatile", true);
    }
    if (!flags.compress()) {
      to.bool("compress", false);
    }
    Duration timeout = flags.timeout();
    if (timeout != null) {
      to.number("timeout", timeout.toMillis());
    }
    if (expectsAnswer) {
      to.bool("expectSingleResponse", false);
    }
    to.endObject();
  }

  /** A socket of {@code fetchSockets}. */
  public static void writeSocket(MessageWriter to, SocketSnapshot socket) {
    to.startObject()
        .text("id", socket.id())
        .plain("handshake", socket.handshake())
        .texts("rooms", socket.rooms())
        .plain("data", socket.data())
        .endObject();
  }

  /** {@code packet}, the first value; and {@code values} if it is not the only one. */
  public static void writeValues(MessageWriter to, Body values) {
    to.firstOf("packet", values);
    if (!to.isOne(values)) {
      to.body("values", values);
    }
  }

  /** Reads {@code {uid, nsp, type, data}}; null if this type is not one for servers. */
  public static @Nullable Received read(MessageReader from) {
    Parts parts = new Parts(from.bodies());
    from.begin().object(field -> parts.readEnvelope(from, field));
    from.end();
    ClusterMessage message = parts.message();
    return message == null
        ? null
        : new Received(present(parts.namespace, "nsp"), present(parts.uid, "uid"), message);
  }

  /** Reads what has a type and {@code data} apart, such as the fields of a stream's entry. */
  public static @Nullable ClusterMessage read(
      int type, @Nullable MessageReader data, Bodies bodies) {
    Parts parts = new Parts(bodies);
    parts.type = type;
    if (data != null) {
      data.begin().object(field -> parts.readData(data, field));
      data.end();
    }
    return parts.message();
  }

  /** The fields of messages, in whatever order they come; a reader may hand over fields of its own. */
  public static final class Parts {
    public int type;
    public @Nullable String uid;
    public @Nullable String namespace;
    public @Nullable String requestId;
    public @Nullable Body event;
    public Selection selection = Selection.ALL;
    public Flags flags = Flags.DEFAULT;
    public Set<String> rooms = Set.of();
    public boolean close;
    public List<SocketSnapshot> sockets = List.of();
    public int clientCount;
    public @Nullable String socketId;
    private @Nullable Body values;
    private @Nullable Body one;
    private final Bodies bodies;

    public Parts(Bodies bodies) {
      this.bodies = bodies;
    }

    public void readEnvelope(MessageReader from, String field) {
      switch (field) {
        case "uid" -> uid = from.text();
        case "nsp" -> namespace = from.text();
        case "type" -> type = from.integer();
        case "data" -> {
          if (!from.isNull()) {
            from.object(inner -> readData(from, inner));
          }
        }
        default -> {}
      }
    }

    public void readData(MessageReader from, String field) {
      switch (field) {
        case "requestId" -> requestId = from.isNull() ? null : from.text();
        case "opts" -> readOptions(from);
        case "rooms" -> rooms = from.texts();
        case "close" -> close = from.bool();
        case "clientCount" -> clientCount = from.integer();
        case "socketId" -> socketId = from.text();
        case "sockets" -> sockets = from.list(() -> readSocket(from));
        case "values" -> values = from.body();
        case "packet" -> readPacket(from);
        default -> {}
      }
    }

    /** {@code {rooms, except, flags}}. */
    public void readOptions(MessageReader from) {
      Options options = new Options();
      from.object(field -> options.read(from, field));
      selection = new Selection(options.rooms, options.except);
      flags = options.flags;
    }

    /** A packet of a broadcast, an array of a server-side event, or a single value of an answer. */
    public void readPacket(MessageReader from) {
      switch (from.token()) {
        case START_OBJECT -> {
          if (type == 0 || type == BROADCAST) {
            from.object(field -> {
              if (field.equals("data")) {
                event = from.body();
              } else if (field.equals("nsp") && namespace == null) {
                namespace = from.text();
              }
            });
          } else {
            one = from.bodyOfOne();
          }
        }
        case START_ARRAY -> {
          if (type == SERVER_SIDE_EMIT) {
            event = from.body();
          } else {
            one = from.bodyOfOne();
          }
        }
        default -> one = from.bodyOfOne();
      }
    }

    /** All values of an answer. JSON has no {@code undefined}, so Node leaves the field out where there is none. */
    public Body values() {
      return values != null ? values : one != null ? one : bodies.values();
    }

    @Nullable
    ClusterMessage message() {
      return switch (type) {
        case INITIAL_HEARTBEAT -> new ClusterMessage.Heartbeat(true);
        case HEARTBEAT -> new ClusterMessage.Heartbeat(false);
        case ADAPTER_CLOSE -> new ClusterMessage.Leaving();
        case BROADCAST -> broadcast();
        case SOCKETS_JOIN -> new ClusterMessage.SocketsJoin(selection, rooms);
        case SOCKETS_LEAVE -> new ClusterMessage.SocketsLeave(selection, rooms);
        case DISCONNECT_SOCKETS -> new ClusterMessage.DisconnectSockets(selection, close);
        case FETCH_SOCKETS -> new ClusterMessage.FetchSockets(id(), selection);
        case FETCH_SOCKETS_RESPONSE -> new ClusterMessage.FetchedSockets("", id(), sockets);
        case SERVER_SIDE_EMIT ->
          new ClusterMessage.ServerSideEmit(requestId, present(event, "packet"));
        case SERVER_SIDE_EMIT_RESPONSE -> new ClusterMessage.ServerSideAnswer("", id(), values());
        case BROADCAST_CLIENT_COUNT -> new ClusterMessage.ClientCount("", id(), clientCount);
        case BROADCAST_ACK -> new ClusterMessage.ClientAck("", id(), socketId, values());
        default -> null;
      };
    }

    public String id() {
      return present(requestId, "requestId");
    }

    /** @throws ProtocolException if there is no event, or one of a name that no server may emit */
    public ClusterMessage.Broadcast broadcast() {
      return new ClusterMessage.Broadcast(
          requestId, outbound(present(event, "packet")), selection, flags);
    }

    private Outbound outbound(Body body) {
      return new Outbound(bodies.eventName(body), body);
    }
  }

  private static final class Options {
    Set<String> rooms = Set.of();
    Set<String> except = Set.of();
    Flags flags = Flags.DEFAULT;

    void read(MessageReader from, String field) {
      switch (field) {
        case "rooms" -> rooms = from.texts();
        case "except" -> except = from.texts();
        case "flags" -> {
          if (!from.isNull()) {
            readFlags(from);
          }
        }
        default -> {}
      }
    }

    private void readFlags(MessageReader from) {
      boolean[] isVolatile = new boolean[1];
      boolean[] compress = {true};
      Duration[] timeout = new Duration[1];
      from.object(field -> {
        switch (field) {
          case "volatile" -> isVolatile[0] = from.bool();
          case "compress" -> compress[0] = from.isNull() || from.bool();
          case "timeout" -> timeout[0] = from.isNull() ? null : duration(from.integer());
          default -> {}
        }
      });
      flags = new Flags(false, isVolatile[0], compress[0], timeout[0]);
    }

    private static @Nullable Duration duration(long millis) {
      return millis <= 0 ? null : Duration.ofMillis(Math.min(millis, MAX_TIMEOUT_MILLIS));
    }
  }

  /** A socket of an answer to {@code fetchSockets}. */
  public static SocketSnapshot readSocket(MessageReader from) {
    SocketParts parts = new SocketParts();
    from.object(field -> parts.read(from, field));
    return new SocketSnapshot(present(parts.id, "id"), parts.handshake, parts.rooms, parts.data);
  }

  private static final class SocketParts {
    @Nullable
    String id;

    Map<String, @Nullable Object> handshake = Map.of();
    Set<String> rooms = Set.of();
    Map<String, @Nullable Object> data = Map.of();

    void read(MessageReader from, String field) {
      switch (field) {
        case "id" -> id = from.text();
        case "handshake" -> handshake = from.plainObject();
        case "rooms" -> rooms = from.texts();
        case "data" -> data = from.plainObject();
        default -> {}
      }
    }
  }
}
