package dev.parley.cluster;

import dev.parley.cluster.format.NodeFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on the bus in memory, with both ways to know the other nodes. */
class MemoryClusterTest {
  abstract static class OnOneHub extends ClusterContract {
    private final MemoryBus.Hub hub = new MemoryBus.Hub();
    private final NodeFormat.RoomChannels rooms;
    private final Format.Membership membership;

    OnOneHub(NodeFormat.RoomChannels rooms, Format.Membership membership) {
      this.rooms = rooms;
      this.membership = membership;
    }

    @Override
    protected Wire wire() {
      return new Wire(new MemoryBus(hub), new NodeFormat("memory", "socket.io", rooms, membership));
    }

    @Override
    protected List<String> channels() {
      return List.of("socket.io#/#");
    }
  }

  @Nested
  class WithHeartbeats extends OnOneHub {
    WithHeartbeats() {
      super(NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS);
    }
  }

  @Nested
  class WithCountedSubscribers extends OnOneHub {
    WithCountedSubscribers() {
      super(NodeFormat.RoomChannels.PUBLIC, Format.Membership.SUBSCRIBERS);
    }
  }

  @Nested
  class WithoutRoomChannels extends OnOneHub {
    WithoutRoomChannels() {
      super(NodeFormat.RoomChannels.NONE, Format.Membership.SUBSCRIBERS);
    }
  }
}
