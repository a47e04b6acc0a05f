package dev.parley.rabbitmq;

import dev.parley.cluster.ClusterContract;
import dev.parley.cluster.Wire;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;

/** The contract on a real RabbitMQ, in every format. */
class RabbitClusterTest {
  private static final AtomicInteger CHANNELS = new AtomicInteger();

  abstract static class OnRabbit extends ClusterContract {
    final String channel = "contract-" + CHANNELS.incrementAndGet();
    private final String format;

    OnRabbit(String format) {
      this.format = format;
    }

    @Override
    protected Wire wire() {
      return new RabbitWireProvider()
          .open(
              URI.create(RabbitServer.shared().url()),
              Map.of("channel", channel, "format", format));
    }
  }

  @Nested
  class InParleysFormat extends OnRabbit {
    InParleysFormat() {
      super("parley");
    }

    @Override
    protected List<String> channels() {
      return List.of("socket.io#/#", "socket.io#/#tea#");
    }
  }

  @Nested
  class InPythonsFormat extends OnRabbit {
    InPythonsFormat() {
      super("python");
    }

    @Override
    protected List<String> channels() {
      return List.of(channel, channel + ".parley#/#");
    }
  }
}
