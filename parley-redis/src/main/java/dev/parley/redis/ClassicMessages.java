package dev.parley.redis;

import static dev.parley.cluster.format.MessageReader.bad;
import static dev.parley.cluster.format.MessageReader.present;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.cluster.Format.Received;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.cluster.format.MessageReader;
import dev.parley.cluster.format.MessageWriter;
import dev.parley.cluster.format.NodeMessages;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Selection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * The messages of Node's Redis adapter. Events are MessagePack: {@code [uid, packet, opts]}. Questions and answers are JSON,
 * except events that ask for acknowledgements, and these themselves.
 *
 * <p>Where Node writes binary data as JSON and loses them, this writes MessagePack, which Node reads as well. Two fields are
 * added to answers that Node ignores: {@code socketId} tells whose an acknowledgement is, and {@code values} holds all its
 * values where there is more than one.
 */
final class ClassicMessages {
  private static final int SOCKETS = 0;
  private static final int ALL_ROOMS = 1;
  private static final int JOIN = 2;
  private static final int LEAVE = 3;
  private static final int DISCONNECT = 4;
  private static final int FETCH = 5;
  private static final int SERVER_SIDE_EMIT = 6;
  private static final int BROADCAST = 7;
  private static final int BROADCAST_CLIENT_COUNT = 8;
  private static final int BROADCAST_ACK = 9;
  private static final int EVENT = 2;

  /** Who asks without saying so: Node's emitter does not sign all that it sends. */
  private static final String EMITTER = "emitter";

  /** From whom answers are: they do not tell, and no node has this id. */
  private static final String SOMEBODY = "";

  private ClassicMessages() {}

  /** @return null if Node has no such message */
  static byte @Nullable [] write(Format.Node node, ClusterMessage message, Bodies bodies) {
    Consumer<MessageWriter> content = content(node, message, bodies);
    if (content == null) {
      return null;
    }
    boolean msgpack = message instanceof ClusterMessage.Broadcast
        || message instanceof ClusterMessage.ClientAck
        || NodeMessages.isBinary(message, bodies);
    return msgpack ? MessageWriter.msgpack(bodies, content) : MessageWriter.json(bodies, content);
  }

  private static @Nullable Consumer<MessageWriter> content(
      Format.Node node, ClusterMessage message, Bodies bodies) {
    if (message instanceof ClusterMessage.Broadcast it) {
      return to -> writeBroadcast(to, node, it);
    }
    if (message instanceof ClusterMessage.Answer it) {
      return to -> {
        to.startObject();
        writeAnswer(to, it, bodies);
        to.endObject();
      };
    }
    Consumer<MessageWriter> fields = request(message);
    return fields == null
        ? null
        : to -> {
          to.startObject().text("uid", node.id());
          fields.accept(to);
          to.endObject();
        };
  }

  private static void writeBroadcast(
      MessageWriter to, Format.Node node, ClusterMessage.Broadcast it) {
    String requestId = it.requestId();
    if (requestId == null) {
      to.startArray().text(node.id()).startObject();
    } else {
      to.startObject().text("uid", node.id());
      writeHead(to, requestId, BROADCAST);
      to.startObject("packet");
    }
    to.number("type", EVENT).body("data", it.event().body()).text("nsp", node.namespace());
    to.endObject();
    if (requestId == null) {
      to.startObject();
    } else {
      to.startObject("opts");
    }
    NodeMessages.writeSelection(to, it.selection());
    NodeMessages.writeFlags(to, it.flags());
    to.endObject();
    if (requestId == null) {
      to.endArray();
    } else {
      to.endObject();
    }
  }

  private static void writeHead(MessageWriter to, @Nullable String requestId, int type) {
    if (requestId != null) {
      to.text("requestId", requestId);
    }
    to.number("type", type);
  }

  /** Writes the fields of a question after the first. */
  private static @Nullable Consumer<MessageWriter> request(ClusterMessage message) {
    if (message instanceof ClusterMessage.SocketsJoin it) {
      return to -> writeMove(to, JOIN, it.selection(), it.rooms());
    }
    if (message instanceof ClusterMessage.SocketsLeave it) {
      return to -> writeMove(to, LEAVE, it.selection(), it.rooms());
    }
    if (message instanceof ClusterMessage.DisconnectSockets it) {
      return to -> {
        writeHead(to, null, DISCONNECT);
        writeOptions(to, it.selection());
        to.bool("close", it.close());
      };
    }
    if (message instanceof ClusterMessage.FetchSockets it) {
      return to -> {
        writeHead(to, it.requestId(), FETCH);
        writeOptions(to, it.selection());
      };
    }
    if (message instanceof ClusterMessage.ServerSideEmit it) {
      return to -> {
        writeHead(to, it.requestId(), SERVER_SIDE_EMIT);
        to.body("data", it.event());
      };
    }
    if (message instanceof ClusterMessage.ListSockets it) {
      return to -> {
        writeHead(to, it.requestId(), SOCKETS);
        to.texts("rooms", it.rooms());
      };
    }
    return message instanceof ClusterMessage.ListRooms it
        ? to -> writeHead(to, it.requestId(), ALL_ROOMS)
        : null;
  }

  private static void writeMove(
      MessageWriter to, int type, Selection selection, Set<String> rooms) {
    writeHead(to, null, type);
    writeOptions(to, selection);
    to.texts("rooms", rooms);
  }

  private static void writeOptions(MessageWriter to, Selection selection) {
    to.startObject("opts");
    NodeMessages.writeSelection(to, selection);
    to.endObject();
  }

  private static void writeAnswer(MessageWriter to, ClusterMessage.Answer answer, Bodies bodies) {
    if (answer instanceof ClusterMessage.FetchedSockets it) {
      to.text("requestId", it.requestId()).startArray("sockets");
      it.sockets().forEach(socket -> NodeMessages.writeSocket(to, socket));
      to.endArray();
    } else if (answer instanceof ClusterMessage.Names it) {
      to.text("requestId", it.requestId()).texts(it.rooms() ? "rooms" : "sockets", it.names());
    } else if (answer instanceof ClusterMessage.ServerSideAnswer it) {
      to.number("type", SERVER_SIDE_EMIT).text("requestId", it.requestId());
      writeValues(to, "data", it.values(), bodies);
    } else if (answer instanceof ClusterMessage.ClientCount it) {
      to.number("type", BROADCAST_CLIENT_COUNT)
          .text("requestId", it.requestId())
          .number("clientCount", it.count());
    } else if (answer instanceof ClusterMessage.ClientAck it) {
      to.number("type", BROADCAST_ACK).text("requestId", it.requestId());
      writeValues(to, "packet", it.values(), bodies);
      String socketId = it.socketId();
      if (socketId != null) {
        to.text("socketId", socketId);
      }
    }
  }

  /** The first value, as Node has it; an answer without values lacks the field. */
  private static void writeValues(MessageWriter to, String field, Body values, Bodies bodies) {
    int size = bodies.args(values, 0).size();
    if (size > 0) {
      to.firstOf(field, values);
    }
    if (size > 1) {
      to.body("values", values);
    }
  }

  /** Reads {@code [uid, packet, opts]}. */
  static Received readEvent(MessageReader from) {
    NodeMessages.Parts parts = new NodeMessages.Parts(from.bodies());
    from.begin().require(JsonToken.START_ARRAY);
    from.next();
    String uid = from.text();
    from.next();
    from.require(JsonToken.START_OBJECT);
    parts.readPacket(from);
    from.next();
    parts.readOptions(from);
    while (from.next() != JsonToken.END_ARRAY) {
      from.skip();
    }
    from.end();
    String namespace = parts.namespace;
    return new Received(namespace == null ? "/" : namespace, uid, parts.broadcast());
  }

  /** @return null if this type is not one for servers */
  static @Nullable Received readRequest(MessageReader from, String namespace) {
    Request request = new Request(from.bodies());
    from.begin().object(field -> request.read(from, field));
    from.end();
    ClusterMessage message = request.message();
    String uid = request.parts.uid;
    return message == null ? null : new Received(namespace, uid == null ? EMITTER : uid, message);
  }

  /** The fields of a question, in whatever order they come. */
  private static final class Request {
    final NodeMessages.Parts parts;
    private int type = -1;
    private boolean hasOptions;
    private @Nullable Body data;
    private @Nullable String socketId;
    private Set<String> oldRooms = Set.of();

    Request(Bodies bodies) {
      this.parts = new NodeMessages.Parts(bodies);
    }

    void read(MessageReader from, String field) {
      if (from.isNull()) {
        return;
      }
      switch (field) {
        case "type" -> type = from.integer();
        case "uid" -> parts.uid = from.text();
        case "requestId" -> parts.requestId = from.text();
        case "opts" -> {
          parts.readOptions(from);
          hasOptions = true;
        }
        case "rooms" -> parts.rooms = from.texts();
        case "close" -> parts.close = from.bool();
        case "data" -> data = from.body();
        case "packet" -> {
          from.require(JsonToken.START_OBJECT);
          parts.readPacket(from);
        }
        case "sid" -> socketId = from.text();
        case "room" ->
          oldRooms = from.token() == JsonToken.START_ARRAY ? from.texts() : Set.of(from.text());
        default -> {}
      }
    }

    @Nullable
    ClusterMessage message() {
      return switch (type) {
        case SOCKETS -> new ClusterMessage.ListSockets(parts.id(), parts.rooms);
        case ALL_ROOMS -> new ClusterMessage.ListRooms(parts.id());
        case JOIN -> new ClusterMessage.SocketsJoin(selection(), rooms());
        case LEAVE -> new ClusterMessage.SocketsLeave(selection(), rooms());
        case DISCONNECT -> new ClusterMessage.DisconnectSockets(selection(), parts.close);
        case FETCH -> {
          present(hasOptions ? parts : null, "opts");
          yield new ClusterMessage.FetchSockets(parts.id(), parts.selection);
        }
        case SERVER_SIDE_EMIT ->
          new ClusterMessage.ServerSideEmit(parts.requestId, present(data, "data"));
        case BROADCAST -> {
          parts.id();
          yield parts.broadcast();
        }
        default -> null;
      };
    }

    /** Nodes before version 6.1 name one socket; nobody is to be all sockets by mistake. */
    private Selection selection() {
      return hasOptions
          ? parts.selection
          : new Selection(Set.of(present(socketId, "opts")), Set.of());
    }

    private Set<String> rooms() {
      return hasOptions ? parts.rooms : oldRooms;
    }
  }

  /** @return null if it is not the answer to anything that is asked here */
  static @Nullable Received readResponse(MessageReader from, String namespace) {
    Response response = new Response(from.bodies());
    from.begin().object(field -> response.read(from, field));
    from.end();
    ClusterMessage message = response.message();
    return message == null ? null : new Received(namespace, SOMEBODY, message);
  }

  /** The fields of an answer, in whatever order they come. */
  private static final class Response {
    private final Bodies bodies;
    private int type = -1;
    private @Nullable String requestId;
    private @Nullable String socketId;
    private @Nullable Integer clientCount;
    private @Nullable Body one;
    private @Nullable Body values;
    private @Nullable Set<String> rooms;
    private @Nullable List<SocketSnapshot> sockets;
    private final Set<String> names = new LinkedHashSet<>();

    Response(Bodies bodies) {
      this.bodies = bodies;
    }

    void read(MessageReader from, String field) {
      switch (field) {
        case "type" -> type = from.integer();
        case "requestId" -> requestId = from.text();
        case "socketId" -> socketId = from.text();
        case "clientCount" -> clientCount = from.integer();
        case "data", "packet" -> one = from.bodyOfOne();
        case "values" -> values = from.body();
        case "rooms" -> rooms = from.texts();
        case "sockets" -> readSockets(from);
        default -> {}
      }
    }

    /** Ids or descriptions: which, depends on the question. */
    private void readSockets(MessageReader from) {
      List<SocketSnapshot> found = new ArrayList<>();
      from.require(JsonToken.START_ARRAY);
      while (from.next() != JsonToken.END_ARRAY) {
        if (from.token() == JsonToken.START_OBJECT) {
          found.add(NodeMessages.readSocket(from));
        } else {
          names.add(from.text());
        }
      }
      sockets = found;
    }

    @Nullable
    ClusterMessage message() {
      String id = present(requestId, "requestId");
      return switch (type) {
        case BROADCAST_CLIENT_COUNT ->
          new ClusterMessage.ClientCount("", id, present(clientCount, "clientCount"));
        case BROADCAST_ACK -> new ClusterMessage.ClientAck("", id, socketId, values());
        case SERVER_SIDE_EMIT -> new ClusterMessage.ServerSideAnswer("", id, values());
        case -1 -> untyped(id);
        default -> throw bad("an answer of the unknown type " + type);
      };
    }

    private Body values() {
      Body all = values != null ? values : one;
      return all != null ? all : bodies.values();
    }

    private @Nullable ClusterMessage untyped(String id) {
      if (!names.isEmpty()) {
        return new ClusterMessage.Names("", id, false, names);
      }
      if (sockets != null) {
        return new ClusterMessage.FetchedSockets("", id, sockets);
      }
      // Without any: the answer that old nodes give who have moved a socket.
      return rooms == null ? null : new ClusterMessage.Names("", id, true, rooms);
    }
  }
}
