package dev.parley.test;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** In memory, with a clock moved by hand. */
final class MemoryBench extends Bench {
  /** A new host for every test. */
  static Starter on(Supplier<MemoryHost> hosts) {
    return new Starter() {
      @Override
      public Bench start(Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
        return new MemoryBench(hosts.get(), options, setUp);
      }

      @Override
      public Duration moment() {
        return Duration.ofSeconds(10);
      }
    };
  }

  private final ParleyTest test;
  private final MemoryNetwork network;

  private MemoryBench(MemoryHost host, Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
    this.test = ParleyTest.on(host, options, setUp);
    this.network = new MemoryNetwork(host);
  }

  @Override
  public Parley server() {
    return test.server();
  }

  @Override
  public TestConnector client() {
    return TestConnector.over(network);
  }

  @Override
  void pass(Duration time) {
    test.clock().advance(time);
  }

  @Override
  ClientNetwork network() {
    return network;
  }

  @Override
  void closeServer(Duration patience) {
    test.server().close(patience);
  }

  @Override
  public void close() {
    test.close();
  }
}
