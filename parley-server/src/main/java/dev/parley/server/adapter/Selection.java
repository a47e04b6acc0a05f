package dev.parley.server.adapter;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sockets of a namespace are meant.
 *
 * @param rooms in any of these rooms; empty means all. A socket id is a room
 * @param except in none of these rooms
 * @param sender not the socket of this id, which is on this node; its room, which others may have joined, is not meant. Null
 *     for no such socket
 */
public record Selection(
    Set<String> rooms, Set<String> except, @Nullable String sender) {
  public static final Selection ALL = new Selection(Set.of(), Set.of());

  public Selection {
    rooms = Set.copyOf(rooms);
    except = Set.copyOf(except);
  }

  public Selection(Set<String> rooms, Set<String> except) {
    this(rooms, except, null);
  }

  /** True if every socket in the rooms is meant. */
  public boolean isWhole() {
    return except.isEmpty() && sender == null;
  }
}
