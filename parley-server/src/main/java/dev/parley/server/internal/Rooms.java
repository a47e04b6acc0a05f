package dev.parley.server.internal;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which room. Joining and leaving cost the same however many rooms and sockets there are; reading takes no lock.
 * A room exists while it has a member, so a map entry never holds an empty set.
 *
 * <p>A socket changes its own memberships under its own lock ({@link LocalSocket}), which is taken before a room's.
 */
final class Rooms {
  private final Map<String, Set<LocalSocket>> members = new ConcurrentHashMap<>();

  /** @return true if this made the room */
  boolean add(String room, LocalSocket socket) {
    boolean[] created = new boolean[1];
    members.compute(room, (name, sockets) -> {
      Set<LocalSocket> in = sockets;
      if (in == null) {
        in = ConcurrentHashMap.newKeySet(2);
        created[0] = true;
      }
      in.add(socket);
      return in;
    });
    return created[0];
  }

  /** @return true if this emptied the room, which is gone then */
  boolean remove(String room, LocalSocket socket) {
    boolean[] deleted = new boolean[1];
    members.computeIfPresent(room, (name, sockets) -> {
      sockets.remove(socket);
      deleted[0] = sockets.isEmpty();
      return deleted[0] ? null : sockets;
    });
    return deleted[0];
  }

  /** The members of a room; null if there is no such room. Changes while it is read. */
  @Nullable
  Collection<LocalSocket> of(String room) {
    return members.get(room);
  }

  Set<String> names() {
    return Set.copyOf(members.keySet());
  }
}
