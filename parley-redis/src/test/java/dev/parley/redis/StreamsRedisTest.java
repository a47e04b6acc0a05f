package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Wire;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's Redis Streams adapter. */
class StreamsRedisTest {
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

  abstract static class Streams extends ClusterContract {
    private final String prefix = "test-" + TESTS.incrementAndGet();
    private final RedisBus.Mode mode;
    private final int streams;

    Streams(RedisBus.Mode mode, int streams) {
      this.mode = mode;
      this.streams = streams;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisStreamsBus(redis.url(), mode), new StreamsFormat(prefix, streams, prefix));
    }

    @Override
    protected List<String> channels() {
      return List.of(prefix + "#/#");
    }
  }

  @Nested
  class WithOneStream extends Streams {
    WithOneStream() {
      super(RedisBus.Mode.CLASSIC, 1);
    }
  }

  @Nested
  class WithSeveralStreamsAndShardedChannels extends Streams {
    WithSeveralStreamsAndShardedChannels() {
      super(RedisBus.Mode.SHARDED, 4);
    }
  }
}
