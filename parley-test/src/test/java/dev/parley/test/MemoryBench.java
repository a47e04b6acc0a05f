package dev.parley.test;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import java.time.Duration;
import java.util.function.Consumer;

/** In memory, with a clock moved by hand. */
final class MemoryBench extends Bench {
  private final ParleyTest test;
  private final MemoryNetwork network;

  MemoryBench(MemoryHost host, Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
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
  Duration moment() {
    return Duration.ofSeconds(10);
  }

  @Override
  public void close() {
    test.close();
  }
}
