package dev.parley.redis;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.MemoryBus;
import dev.parley.cluster.Wire;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** The contract on the wire of Node's Redis Streams adapter, without a Redis: streams are channels like others. */
class StreamsMemoryTest {
  abstract static class OnOneHub extends ClusterContract {
    private final MemoryBus.Hub hub = new MemoryBus.Hub();
    private final int streams;

    OnOneHub(int streams) {
      this.streams = streams;
    }

    @Override
    protected Wire wire() {
      return new Wire(new MemoryBus(hub), new StreamsFormat("socket.io", streams, "socket.io"));
    }

    @Override
    protected List<String> channels() {
      return List.of("socket.io#/#", StreamFields.channelOf("socket.io"));
    }
  }

  @Nested
  class WithOneStream extends OnOneHub {
    WithOneStream() {
      super(1);
    }
  }

  @Nested
  class WithSeveralStreams extends OnOneHub {
    WithSeveralStreams() {
      super(4);
    }
  }
}
