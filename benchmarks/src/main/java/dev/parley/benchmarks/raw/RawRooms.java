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
  private final Map<String, Set<RawWebSocket>> rooms = new HashMap<>();
  private final Set<RawWebSocket> everybody = new LinkedHashSet<>();
  private final List<RawWebSocket> unflushed = new ArrayList<>();
  private final EventLoop loop;
  private int ids;

  RawRooms(EventLoop loop) {
    this.loop = loop;
  }

  /** Twenty characters, as the real ones have. */
  String nextId() {
    String digits = Integer.toString(ids++);
    return "raw-0000000000000000".substring(0, 20 - digits.length()) + digits;
  }

  void add(RawWebSocket connection) {
    everybody.add(connection);
  }

  void join(String room, RawWebSocket connection) {
    rooms.computeIfAbsent(room, name -> new LinkedHashSet<>()).add(connection);
  }

  void leave(String room, RawWebSocket connection) {
    Set<RawWebSocket> members = rooms.get(room);
    if (members != null && members.remove(connection) && members.isEmpty()) {
      rooms.remove(room);
    }
  }

  void remove(RawWebSocket connection, Collection<String> joined) {
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

  private void sendTo(Collection<RawWebSocket> members, ByteBuf frame) {
    for (RawWebSocket member : members) {
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
    for (RawWebSocket member : unflushed) {
      member.flush();
    }
    unflushed.clear();
  }
}
