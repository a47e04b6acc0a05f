package dev.parley.server.adapter;

import dev.parley.RoomListener;
import java.util.Set;

/** The sockets of one namespace on this node, and their rooms. On its own it is the adapter of a server that runs alone. */
public interface LocalSockets extends Adapter {
  /** The namespace's name. */
  String namespace();

  /** The rooms with local sockets, those of socket ids excepted. A snapshot. */
  Set<String> rooms();

  /** True if a local socket has this id. */
  boolean has(String socketId);

  /** As {@link #broadcastWithAck(Outbound, Selection, Flags)}, but hands over each answer as it comes. */
  void broadcastWithAck(Outbound event, Selection selection, Flags flags, AckCollector collector);

  /** Hears of local rooms, for example to subscribe to what they need. */
  void onRoom(RoomListener listener);
}
