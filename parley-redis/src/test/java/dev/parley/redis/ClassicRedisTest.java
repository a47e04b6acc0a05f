package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Wire;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's Redis adapter, both ways to answer. */
class ClassicRedisTest {
  abstract static class Classic extends ClusterContract {
    private final String prefix = RedisServer.newName();
    private final boolean specificResponses;

    Classic(boolean specificResponses) {
      this.specificResponses = specificResponses;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(RedisServer.shared().url(), RedisBus.Mode.CLASSIC),
          new ClassicFormat(prefix, specificResponses));
    }

    @Override
    protected List<String> channels() {
      return List.of(prefix + "#/#", prefix + "-request#/#", prefix + "-response#/#");
    }
  }

  @Nested
  class WithAnswersToAll extends Classic {
    WithAnswersToAll() {
      super(false);
    }
  }

  @Nested
  class WithAnswersToTheAsker extends Classic {
    WithAnswersToTheAsker() {
      super(true);
    }
  }
}
