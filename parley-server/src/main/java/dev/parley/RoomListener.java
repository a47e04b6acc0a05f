package dev.parley;

/**
 * Hears what happens to the rooms of a namespace on this node. Called by the thread that caused it and must not block.
 */
public interface RoomListener {
  /** The first socket has joined. */
  default void onCreate(String room) {}

  default void onJoin(String room, String socketId) {}

  default void onLeave(String room, String socketId) {}

  /** The last socket has left. */
  default void onDelete(String room) {}
}
