package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.MemoryBus;
import dev.parley.cluster.Wire;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's Redis adapter, without a Redis. */
class ClassicMemoryTest {
  abstract static class OnOneHub extends ClusterContract {
    private final MemoryBus.Hub hub = new MemoryBus.Hub();
    private final boolean specificResponses;

    OnOneHub(boolean specificResponses) {
      this.specificResponses = specificResponses;
    }

    @Override
    protected Wire wire() {
      return new Wire(new MemoryBus(hub), new ClassicFormat("socket.io", specificResponses));
    }

    @Override
    protected List<String> channels() {
      return List.of("socket.io#/#", "socket.io-request#/#", "socket.io-response#/#");
    }
  }

  @Nested
  class WithAnswersToAll extends OnOneHub {
    WithAnswersToAll() {
      super(false);
    }
  }

  @Nested
  class WithAnswersToTheAsker extends OnOneHub {
    WithAnswersToTheAsker() {
      super(true);
    }
  }
}
