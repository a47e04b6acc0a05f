package dev.parley;

/**
 * Hears what happens to the rooms of a namespace on this node, the room of each socket's own id included. Called, after it
 * happened, by the thread that caused it, which may be the one that brings the messages of other nodes; it must not block. Calls about one room may overlap when several threads change it.
 * What it throws is logged.
 */
public interface RoomListener {
  /** The room has its first socket; comes before that socket's {@link #onJoin}. */
  default void onCreate(String room) {}

  default void onJoin(String room, String socketId) {}

  default void onLeave(String room, String socketId) {}

  /** The room has lost its last socket; comes after that socket's {@link #onLeave}. */
  default void onDelete(String room) {}
}
