package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's sharded adapter, in its three modes of subscription. */
class ShardedRedisTest {
  abstract static class Sharded extends ClusterContract {
    private final String prefix = RedisServer.newName();
    private final RoomChannels rooms;

    Sharded(RoomChannels rooms) {
      this.rooms = rooms;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(RedisServer.shared().url(), RedisBus.Mode.SHARDED),
          new NodeFormat("sharded", prefix, rooms, Membership.SUBSCRIBERS));
    }

    @Override
    protected List<String> channels() {
      return List.of(prefix + "#/#");
    }
  }

  @Nested
  class Dynamic extends Sharded {
    Dynamic() {
      super(RoomChannels.PUBLIC);
    }
  }

  @Nested
  class DynamicPrivate extends Sharded {
    DynamicPrivate() {
      super(RoomChannels.ALL);
    }
  }

  @Nested
  class Static extends Sharded {
    Static() {
      super(RoomChannels.NONE);
    }
  }
}
