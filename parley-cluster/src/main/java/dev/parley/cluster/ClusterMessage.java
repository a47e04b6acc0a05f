package dev.parley.cluster;

import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster tell each other, about one namespace. Immutable. */
public sealed interface ClusterMessage {
  /** I am here. @param initial the first one, to be answered with another that is not */
  record Heartbeat(boolean initial) implements ClusterMessage {}

  /** I leave. */
  record Leaving() implements ClusterMessage {}

  /**
   * Send this to the selected clients.
   *
   * @param requestId null unless each client is to acknowledge; then every node answers with one {@link ClientCount}, and
   *     one {@link ClientAck} for each client that does
   */
  record Broadcast(@Nullable String requestId, Outbound event, Selection selection, Flags flags)
      implements ClusterMessage {}

  record SocketsJoin(Selection selection, Set<String> rooms) implements ClusterMessage {
    public SocketsJoin {
      rooms = Set.copyOf(rooms);
    }
  }

  record SocketsLeave(Selection selection, Set<String> rooms) implements ClusterMessage {
    public SocketsLeave {
      rooms = Set.copyOf(rooms);
    }
  }

  /** @param close whether to close the connections, for every namespace */
  record DisconnectSockets(Selection selection, boolean close) implements ClusterMessage {}

  /** To be answered with {@link FetchedSockets}. */
  record FetchSockets(String requestId, Selection selection) implements ClusterMessage {}

  /**
   * An event for servers.
   *
   * @param requestId null unless to be answered with {@link ServerSideAnswer}
   * @param event an array of its name and its arguments
   */
  record ServerSideEmit(@Nullable String requestId, Body event) implements ClusterMessage {}

  /** Which of these rooms' sockets do you have? Any room, if there are none. To be answered with {@link Names}. */
  record ListSockets(String requestId, Set<String> rooms) implements ClusterMessage {
    public ListSockets {
      rooms = Set.copyOf(rooms);
    }
  }

  /** Which rooms do you have? To be answered with {@link Names}. */
  record ListRooms(String requestId) implements ClusterMessage {}

  /** Goes to the one node that has asked. */
  sealed interface Answer extends ClusterMessage {
    /** The node that has asked; empty in one that came in. */
    String to();

    String requestId();
  }

  record FetchedSockets(String to, String requestId, List<SocketSnapshot> sockets)
      implements Answer {
    public FetchedSockets {
      sockets = List.copyOf(sockets);
    }
  }

  /** @param values an array of the answer's values */
  record ServerSideAnswer(String to, String requestId, Body values) implements Answer {}

  /** So many clients of this node were asked for an acknowledgement. */
  record ClientCount(String to, String requestId, int count) implements Answer {}

  /**
   * One client has acknowledged.
   *
   * @param socketId null if the sender does not tell
   * @param values an array of what it acknowledged with
   */
  record ClientAck(String to, String requestId, @Nullable String socketId, Body values)
      implements Answer {}

  /** @param rooms whether these are rooms, not sockets */
  record Names(String to, String requestId, boolean rooms, Set<String> names) implements Answer {
    public Names {
      names = Set.copyOf(names);
    }
  }
}
