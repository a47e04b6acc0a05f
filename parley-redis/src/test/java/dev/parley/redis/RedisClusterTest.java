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

/** The contract on a Redis cluster: each channel on the Redis that owns it, or every message on each. */
class RedisClusterTest {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static RedisCluster redis;

  @BeforeAll
  static void startRedis() {
    redis = RedisCluster.started();
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
  }

  @Nested
  class Sharded extends ClusterContract {
    private final String prefix = "test-" + TESTS.incrementAndGet();

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(redis.url(), RedisBus.Mode.SHARDED),
          new NodeFormat("sharded", prefix, RoomChannels.PUBLIC, Membership.SUBSCRIBERS));
    }

    @Override
    protected List<String> channels() {
      return List.of(prefix + "#/#");
    }
  }

  @Nested
  class Streams extends ClusterContract {
    private final String prefix = "test-" + TESTS.incrementAndGet();

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisStreamsBus(redis.url(), RedisBus.Mode.CLASSIC),
          new StreamsFormat(prefix, 4, prefix));
    }

    @Override
    protected List<String> channels() {
      return List.of(prefix + "#/#");
    }
  }

  @Nested
  class Classic extends ClusterContract {
    private final String prefix = "test-" + TESTS.incrementAndGet();

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(redis.url(), RedisBus.Mode.CLASSIC), new ClassicFormat(prefix, false));
    }

    @Override
    protected List<String> channels() {
      return List.of(prefix + "#/#", prefix + "-request#/#", prefix + "-response#/#");
    }
  }
}
