package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's sharded adapter, in its three modes of subscription. */
class ShardedRedisTest {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static RedisServer redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisServer.started();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  abstract static class Sharded extends ClusterContract {
    private final String prefix = "test-" + TESTS.incrementAndGet();
    private final RoomChannels rooms;

    Sharded(RoomChannels rooms) {
      this.rooms = rooms;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(redis.url(), RedisBus.Mode.SHARDED),
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
