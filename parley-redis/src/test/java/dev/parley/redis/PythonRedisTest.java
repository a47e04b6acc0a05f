package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Format;
import dev.parley.cluster.Wire;
import dev.parley.cluster.format.KombuEnvelope;
import dev.parley.cluster.format.PythonDialect;
import dev.parley.cluster.format.PythonFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on python-socketio's wires, on a real Redis. */
class PythonRedisTest {
  abstract static class Python extends ClusterContract {
    private final PythonFormat python = new PythonFormat(RedisServer.newName(), PythonDialect.ANY);

    Format format(PythonFormat format) {
      return format;
    }

    @Override
    protected Wire wire() {
      return new Wire(
          new RedisBus(RedisServer.shared().url(), RedisBus.Mode.CLASSIC), format(python));
    }

    @Override
    protected List<String> channels() {
      return List.of(python.channel(), "/0." + python.channel(), python.channel() + ".parley#/#");
    }
  }

  @Nested
  class RedisManager extends Python {}

  @Nested
  class KombuManager extends Python {
    @Override
    Format format(PythonFormat format) {
      return new KombuEnvelope(format, 0);
    }
  }
}
