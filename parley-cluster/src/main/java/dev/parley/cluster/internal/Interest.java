package dev.parley.cluster.internal;

import dev.parley.RoomListener;
import dev.parley.cluster.Format;
import dev.parley.server.adapter.LocalSockets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Subscribes to the channels of the rooms that have local sockets, where the format has such channels. Rooms appear and
 * vanish on many threads, and news of them may overtake each other: so each piece of news is only a reason to compare what is
 * with what should be.
 */
final class Interest implements RoomListener {
  private final ClusterNode cluster;
  private final Format.Node node;
  private final LocalSockets local;

  /** Channel by room. Guarded by this. */
  private final Map<String, String> subscribed = new HashMap<>();

  /** Guarded by this. */
  private boolean closed;

  Interest(ClusterNode cluster, Format.Node node, LocalSockets local) {
    this.cluster = cluster;
    this.node = node;
    this.local = local;
  }

  @Override
  public void onCreate(String room) {
    compare(room);
  }

  @Override
  public void onDelete(String room) {
    compare(room);
  }

  private synchronized void compare(String room) {
    if (!closed && local.hasRoom(room)) {
      if (!subscribed.containsKey(room)) {
        String channel = cluster.format.roomChannel(node, room, local.has(room));
        if (channel != null) {
          subscribed.put(room, channel);
          cluster.subscribe(List.of(channel));
        }
      }
    } else {
      String channel = subscribed.remove(room);
      if (channel != null) {
        cluster.unsubscribe(List.of(channel));
      }
    }
  }

  synchronized void close() {
    closed = true;
    cluster.unsubscribe(subscribed.values());
    subscribed.clear();
  }
}
