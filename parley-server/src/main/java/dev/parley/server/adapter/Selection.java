package dev.parley.server.adapter;

import java.util.Set;

/**
 * Which sockets of a namespace are meant.
 *
 * @param rooms in any of these rooms; empty means all. A socket id is a room
 * @param except in none of these rooms
 */
public record Selection(Set<String> rooms, Set<String> except) {
  public static final Selection ALL = new Selection(Set.of(), Set.of());

  public Selection {
    rooms = Set.copyOf(rooms);
    except = Set.copyOf(except);
  }
}
