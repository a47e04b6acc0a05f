package dev.parley.server.adapter;

import dev.parley.Args;
import dev.parley.RoomListener;
import dev.parley.protocol.socketio.Body;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** The sockets of one namespace on this node, and their rooms. On its own it is the adapter of a server that runs alone. */
public interface LocalSockets extends Adapter {
  /** The namespace's name. */
  String namespace();

  /** The rooms with local sockets, those of socket ids excepted. A snapshot. */
  Set<String> rooms();

  /** True if a local socket is in this room; it may be that of a socket's own id. */
  boolean hasRoom(String room);

  /** True if a local socket has this id. */
  boolean has(String socketId);

  /** As {@link #broadcastWithAck(Outbound, Selection, Flags)}, but hands over each answer as it comes. */
  void broadcastWithAck(Outbound event, Selection selection, Flags flags, AckCollector collector);

  /** Hears of local rooms, for example to subscribe to what they need. */
  void onRoom(RoomListener listener);

  /** What a local socket shows to other nodes: the values of its {@link dev.parley.DataKey#isShownInCluster()} keys, by name. */
  Map<String, Object> shownData(String socketId);

  /** How this server writes and reads payloads. */
  Bodies bodies();

  /** Runs what may be the user's code, such as what depends on a future, on a thread that may block. */
  void complete(Runnable completion);

  /**
   * Another server sent an event to this one: its handler runs, on a thread that may block.
   *
   * @param event an array of the event's name and its arguments
   * @param answer called at most once, from any thread; not at all if nobody answers
   * @throws dev.parley.protocol.ProtocolException if the event has no name, or a reserved one
   */
  void onServerSideEvent(Body event, Consumer<Args> answer);
}
