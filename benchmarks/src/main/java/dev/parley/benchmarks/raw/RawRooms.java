package dev.parley.benchmarks.raw;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who is in which room, and the polling sessions. On the one event loop only. */
final class RawRooms {
  final Map<String, RawPolling> sessions = new HashMap<>();
  private final Map<String, Set<RawConnection>> rooms = new HashMap<>();
  private final Set<RawConnection> everybody = new LinkedHashSet<>();
  private final List<RawConnection> unflushed = new ArrayList<>();
  private final EventLoop loop;
  private int ids;

  RawRooms(EventLoop loop) {
    this.loop = loop;
  }

  /** Twenty characters, as the real ones have. */
  String nextId() {
    return String.format("raw-%016d", ids++);
  }

  void add(RawConnection connection) {
    everybody.add(connection);
  }

  void join(String room, RawConnection connection) {
    rooms.computeIfAbsent(room, name -> new LinkedHashSet<>()).add(connection);
  }

  void leave(String room, RawConnection connection) {
    Set<RawConnection> members = rooms.get(room);
    if (members != null && members.remove(connection) && members.isEmpty()) {
      rooms.remove(room);
    }
  }

  void remove(RawConnection connection, Collection<String> joined) {
    everybody.remove(connection);
    joined.forEach(room -> leave(room, connection));
  }

  /** Writes the frame to every member of the room, flushing once per member and pass of the loop. Takes the frame. */
  void say(String room, ByteBuf frame) {
    sendTo(rooms.getOrDefault(room, Set.of()), frame);
  }

  void all(ByteBuf frame) {
    sendTo(everybody, frame);
  }

  private void sendTo(Collection<RawConnection> members, ByteBuf frame) {
    for (RawConnection member : members) {
      member.write(frame.retainedDuplicate());
      if (member.markUnflushed()) {
        if (unflushed.isEmpty()) {
          loop.execute(this::flushAll);
        }
        unflushed.add(member);
      }
    }
    frame.release();
  }

  private void flushAll() {
    for (RawConnection member : unflushed) {
      member.flush();
    }
    unflushed.clear();
  }
}
