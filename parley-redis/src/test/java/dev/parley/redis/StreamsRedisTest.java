package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Wire;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's Redis Streams adapter. */
class StreamsRedisTest {
  abstract static class Streams extends ClusterContract {
    private final String prefix = RedisServer.newName();
    private final RedisBus.Mode mode;
    private final int streams;

    Streams(RedisBus.Mode mode, int streams) {
      this.mode = mode;
      this.streams = streams;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisStreamsBus(RedisServer.shared().url(), mode),
          new StreamsFormat(prefix, streams, prefix));
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
