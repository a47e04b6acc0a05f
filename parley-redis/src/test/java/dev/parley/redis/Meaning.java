package dev.parley.redis;

import dev.parley.WireFormat;
import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Selection;
import dev.parley.server.internal.Payloads;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** Says in one line what a message means, for tables of wire vectors. */
final class Meaning {
  static final Bodies BODIES = new Payloads(JsonMapper.shared(), WireFormat.JSON, 1000);

  private Meaning() {}

  static String of(Format.Received received) {
    return received.from() + "@" + received.namespace() + " " + of(received.message());
  }

  private static String of(ClusterMessage message) {
    if (message instanceof ClusterMessage.Broadcast it) {
      return "emit" + asking(it.requestId()) + " " + values(it.event().body()) + " "
          + of(it.selection()) + of(it.flags());
    }
    if (message instanceof ClusterMessage.SocketsJoin it) {
      return "join " + new TreeSet<>(it.rooms()) + " " + of(it.selection());
    }
    if (message instanceof ClusterMessage.SocketsLeave it) {
      return "leave " + new TreeSet<>(it.rooms()) + " " + of(it.selection());
    }
    if (message instanceof ClusterMessage.DisconnectSockets it) {
      return (it.close() ? "close " : "disconnect ") + of(it.selection());
    }
    if (message instanceof ClusterMessage.FetchSockets it) {
      return "fetch" + asking(it.requestId()) + " " + of(it.selection());
    }
    if (message instanceof ClusterMessage.ServerSideEmit it) {
      return "servers" + asking(it.requestId()) + " " + values(it.event());
    }
    if (message instanceof ClusterMessage.ListSockets it) {
      return "sockets" + asking(it.requestId()) + " " + new TreeSet<>(it.rooms());
    }
    if (message instanceof ClusterMessage.ListRooms it) {
      return "rooms" + asking(it.requestId());
    }
    return answer((ClusterMessage.Answer) message);
  }

  private static String answer(ClusterMessage.Answer answer) {
    String to = "answer to " + answer.requestId() + ": ";
    if (answer instanceof ClusterMessage.FetchedSockets it) {
      List<String> sockets = new ArrayList<>();
      it.sockets()
          .forEach(socket -> sockets.add(socket.id() + " in " + new TreeSet<>(socket.rooms())
              + " with " + plain(socket.data()) + " from "
              + socket.handshake().get("address")));
      return to + "sockets " + sockets;
    }
    if (answer instanceof ClusterMessage.ServerSideAnswer it) {
      return to + values(it.values());
    }
    if (answer instanceof ClusterMessage.ClientCount it) {
      return to + it.count() + " clients";
    }
    if (answer instanceof ClusterMessage.ClientAck it) {
      return to + "ack " + values(it.values())
          + (it.socketId() == null ? "" : " of " + it.socketId());
    }
    ClusterMessage.Names names = (ClusterMessage.Names) answer;
    return to + (names.rooms() ? "rooms " : "ids ") + new TreeSet<>(names.names());
  }

  private static String asking(String requestId) {
    return requestId == null ? "" : "?" + requestId;
  }

  private static String values(Body body) {
    return plain(BODIES.args(body, 0).toList());
  }

  private static String plain(Object value) {
    if (value instanceof byte[] bytes) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Meaning::plain).toList().toString();
    }
    if (value instanceof java.util.Map<?, ?> map) {
      List<String> entries = new ArrayList<>();
      map.forEach((name, each) -> entries.add(name + "=" + plain(each)));
      return "{" + String.join(", ", entries) + "}";
    }
    return String.valueOf(value);
  }

  private static String of(Selection selection) {
    return "to " + new TreeSet<>(selection.rooms())
        + (selection.except().isEmpty() ? "" : " except " + new TreeSet<>(selection.except()));
  }

  private static String of(Flags flags) {
    return (flags.isVolatile() ? " volatile" : "")
        + (flags.compress() ? "" : " uncompressed")
        + (flags.timeout() == null ? "" : " within " + flags.timeout().toMillis());
  }
}
