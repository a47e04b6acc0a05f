package dev.parley.cluster.format;

import static dev.parley.cluster.format.MessageReader.present;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format.Received;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A message of python-socketio that came in, and what it means. How its fields were read is for those who extend this. */
abstract class PythonMessage {
  /** Nobody sent it that could be answered. */
  private static final String UNKNOWN_HOST = "";

  private static final long MAX_TIMEOUT_MILLIS = 86_400_000;

  final Bodies bodies;

  @Nullable
  String method;

  @Nullable
  String event;

  @Nullable
  String namespace;

  @Nullable
  String hostId;

  @Nullable
  String sid;

  @Nullable
  Object room;

  @Nullable
  Object skipped;
  /** {@code [room, namespace, id]}, or null. */
  @Nullable
  Object callback;
  /** Of an answer. */
  @Nullable
  Object id;
  /** What Parley adds for its own nodes. */
  Map<String, @Nullable Object> extras = Map.of();

  PythonMessage(Bodies bodies) {
    this.bodies = bodies;
  }

  /** The event's body: an array of its name and its arguments. */
  abstract Body eventBody(String event);

  /** The values of an answer as an array. */
  abstract Body answerBody();

  /** Null if it is not for this server. */
  final @Nullable Received received() {
    if (method == null) {
      throw MessageReader.bad("the field method is missing");
    }
    ClusterMessage message = switch (method) {
      case "emit" -> emit();
      case "callback" -> callback();
      case "disconnect" ->
        new ClusterMessage.DisconnectSockets(
            only(present(sid, "sid")), Boolean.TRUE.equals(extras.get("close")));
      case "enter_room" -> new ClusterMessage.SocketsJoin(only(present(sid, "sid")), oneRoom());
      case "leave_room" -> new ClusterMessage.SocketsLeave(only(present(sid, "sid")), oneRoom());
      case "close_room" -> {
        Set<String> rooms = oneRoom();
        yield new ClusterMessage.SocketsLeave(new Selection(rooms, Set.of()), rooms);
      }
      default -> null;
    };
    if (message == null) {
      return null;
    }
    String from =
        hostId == null || message instanceof ClusterMessage.Answer ? UNKNOWN_HOST : hostId;
    return new Received(present(namespace, "namespace"), from, message);
  }

  private static Selection only(String socketId) {
    return new Selection(Set.of(socketId), Set.of());
  }

  private ClusterMessage.@Nullable Broadcast emit() {
    Set<String> rooms = texts(room);
    if (room != null && rooms.isEmpty()) {
      return null; // To none of no rooms; an empty selection would mean everybody.
    }
    Body body = eventBody(present(event, "event"));
    return new ClusterMessage.Broadcast(
        requestId(),
        new Outbound(bodies.eventName(body), body),
        new Selection(rooms, texts(skipped)),
        flags());
  }

  private @Nullable String requestId() {
    if (!(callback instanceof List<?> parts) || parts.size() != 3 || hostId == null) {
      return null;
    }
    if (parts.get(2) instanceof String ours) {
      return PythonCallback.requestIdOfParley(ours);
    }
    return new PythonCallback(text(parts.get(0)), number(parts.get(2))).requestId();
  }

  /** Null if it answers a node of Python: their ids are numbers, ours are texts. */
  private ClusterMessage.@Nullable ClientAck callback() {
    return id instanceof String ours
        ? new ClusterMessage.ClientAck("", ours, sid, answerBody())
        : null;
  }

  private Set<String> oneRoom() {
    return Set.of(text(present(room, "room")));
  }

  private static Set<String> texts(@Nullable Object value) {
    if (value == null) {
      return Set.of();
    }
    if (!(value instanceof Collection<?> values)) {
      return Set.of(text(value));
    }
    Set<String> texts = new LinkedHashSet<>();
    values.forEach(each -> {
      if (each != null) {
        texts.add(text(each));
      }
    });
    return texts;
  }

  /** A number counts as its text: Python's rooms may be numbers. */
  static String text(@Nullable Object value) {
    if (value instanceof String || value instanceof Number) {
      return value.toString();
    }
    throw MessageReader.bad("text is needed");
  }

  private static long number(@Nullable Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw MessageReader.bad("an integer is needed");
  }

  /** Whether what stands for the arguments is a list of them; null if only the dialect tells. */
  final @Nullable Boolean wrapped() {
    return extras.get("wrapped") instanceof Boolean wrapped ? wrapped : null;
  }

  private Flags flags() {
    if (!(extras.get("flags") instanceof Map<?, ?> flags)) {
      return Flags.DEFAULT;
    }
    Duration timeout = flags.get("timeout") instanceof Number millis && millis.longValue() > 0
        ? Duration.ofMillis(Math.min(millis.longValue(), MAX_TIMEOUT_MILLIS))
        : null;
    return new Flags(
        false,
        Boolean.TRUE.equals(flags.get("volatile")),
        !Boolean.FALSE.equals(flags.get("compress")),
        timeout);
  }
}
