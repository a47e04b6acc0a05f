package dev.parley.test;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.server.transport.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** On a real host and a real network, where time passes by itself. */
public final class NetworkBench extends Bench {
  /** A new host for every test. */
  public static Starter on(Supplier<Host> hosts) {
    return new Starter() {
      @Override
      public Bench start(Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
        return new NetworkBench(hosts.get(), options, setUp);
      }

      @Override
      public Duration moment() {
        return Duration.ofMillis(300);
      }
    };
  }

  private final Parley server;
  private final JdkNetwork network;

  private NetworkBench(Host host, Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
    ParleyBuilder builder = Parley.builder().host(host).listen("127.0.0.1", 0);
    options.accept(builder);
    server = builder.build();
    setUp.accept(server);
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    network = new JdkNetwork(server.port());
  }

  @Override
  public Parley server() {
    return server;
  }

  @Override
  public TestConnector client() {
    return TestConnector.over(network);
  }

  @Override
  void pass(Duration time) {
    // It does.
  }

  @Override
  ClientNetwork network() {
    return network;
  }

  /** On another thread, as clients take what the server still sends on this one. */
  @Override
  void closeServer(Duration patience) {
    Thread closing = new Thread(() -> server.close(patience), "closes the server");
    closing.start();
    network.runUntil(() -> !closing.isAlive());
  }

  @Override
  public void close() {
    closeServer(Duration.ofMillis(200));
    network.close();
  }
}
