package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Wire;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's Redis adapter, both ways to answer. */
class ClassicRedisTest {
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

  abstract static class Classic extends ClusterContract {
    private final String prefix = "test-" + TESTS.incrementAndGet();
    private final boolean specificResponses;

    Classic(boolean specificResponses) {
      this.specificResponses = specificResponses;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(redis.url(), RedisBus.Mode.CLASSIC),
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
