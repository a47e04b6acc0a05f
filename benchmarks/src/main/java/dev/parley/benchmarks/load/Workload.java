package dev.parley.benchmarks.load;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is measured: the name, what a unit is, how it is made, and the pace at which latency is measured. */
public enum Workload {
  ECHO("echo", "echo, one outstanding", "echo", 4000, r -> EchoLoad.text(r, 64, 1, 32)),
  ECHO_PIPELINED(
      "echo-pipelined", "echo, many outstanding", "echo", 6000, r -> EchoLoad.text(r, 16, 64, 32)),
  ECHO_16K(
      "echo-16k", "echo, 16 KiB strings", "echo", 1200, r -> EchoLoad.text(r, 32, 1, 16 * 1024)),
  BROADCAST(
      "broadcast",
      "broadcast to a room, 128 B",
      "delivery",
      100,
      r -> new BroadcastLoad(r, 200, 128, 1)),
  BROADCAST_16K(
      "broadcast-16k",
      "broadcast, 16 KiB",
      "delivery",
      50,
      r -> new BroadcastLoad(r, 100, 16 * 1024, 1)),
  BROADCAST_PIPELINED(
      "broadcast-pipelined",
      "broadcast, 16 in flight",
      "delivery",
      100,
      r -> new BroadcastLoad(r, 200, 128, 16)),
  ROOMS("rooms", "many rooms, joins and leaves", "step", 800, r -> new RoomsLoad(r, 64, 16, 256)),
  POLLING("polling", "long-polling echo", "echo", 1000, r -> new PollingLoad(r, 64, 32)),
  BINARY_1K("binary-1k", "binary echo, 1 KiB", "echo", 2500, r -> EchoLoad.binary(r, 64, 1024)),
  BINARY_64K(
      "binary-64k", "binary echo, 64 KiB", "echo", 300, r -> EchoLoad.binary(r, 16, 64 * 1024)),
  CONNECT("connect", "connect, one event, disconnect", "visit", 300, r -> new ConnectLoad(r, 16)),
  BROADCAST_TO_1000(
      "broadcast-to-1000",
      "broadcast to 1,000 clients",
      "delivery",
      10,
      r -> new BroadcastLoad(r, 1_000, 128, 1)),
  BROADCAST_TO_5000(
      "broadcast-to-5000",
      "broadcast to 5,000 clients",
      "delivery",
      2,
      r -> new BroadcastLoad(r, 5_000, 128, 1)),
  BROADCAST_TO_19000(
      "broadcast-to-19000",
      "broadcast to 19,000 clients",
      "delivery",
      1,
      r -> new BroadcastLoad(r, 19_000, 128, 1)),
  IDLE("idle", "idle connection", "connection", 0, null);

  /** How one cost grows with the number of clients; they need many file descriptors, so nobody gets them unasked. */
  private static final Set<Workload> SCALE =
      Set.of(BROADCAST_TO_1000, BROADCAST_TO_5000, BROADCAST_TO_19000);

  private static final double PATIENCE_SECONDS = 20;

  private final String id;
  private final String title;
  private final String unit;
  private final int pacePerSecond;
  private final @Nullable Function<Reactor, Load> factory;

  Workload(
      String id,
      String title,
      String unit,
      int pacePerSecond,
      @Nullable Function<Reactor, Load> factory) {
    this.id = id;
    this.title = title;
    this.unit = unit;
    this.pacePerSecond = pacePerSecond;
    this.factory = factory;
  }

  /**
   * How long each part of a measurement takes, in seconds.
   *
   * @param warmUp processor time for the server to warm up; it gets at most half as much again on the clock
   * @param paced how long to work at a given pace; 0 for no latencies
   */
  public record Timing(double warmUp, double window, double paced) {}

  /** Processor time used so far, in microseconds, of server and generator. */
  public record Meters(LongSupplier server, LongSupplier generator) {}

  /**
   * One measurement.
   *
   * @param perSecond units done in a second when saturated
   * @param serverMicros server CPU per unit then
   * @param generatorMicros generator CPU per unit then
   * @param serverBusy share of one core that the server used then; clearly below 1 means that it waited for the generator
   * @param p50Micros median latency at the given pace; 0 if not measured
   */
  public record Rate(
      double perSecond,
      double serverMicros,
      double generatorMicros,
      double serverBusy,
      double p50Micros,
      double p99Micros) {}

  /** Bytes per idle connection, of heap and direct memory together, and resident. */
  public record Memory(int connections, double usedBytes, double residentBytes) {}

  public String id() {
    return id;
  }

  public String title() {
    return title;
  }

  public String unit() {
    return unit;
  }

  public boolean isIdle() {
    return factory == null;
  }

  /** Whether it belongs to a full run. */
  public boolean isCommon() {
    return !SCALE.contains(this);
  }

  /** @throws IllegalArgumentException if there is none of this name */
  public static Workload of(String id) {
    return Arrays.stream(values())
        .filter(load -> load.id.equals(id))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no load \"" + id + "\"; there are " + ids()));
  }

  public static List<String> ids() {
    return Arrays.stream(values()).map(Workload::id).toList();
  }

  /** Puts this load on the server at this port of 127.0.0.0/8. @throws LoadFailure if it answers wrongly */
  public Rate run(int port, Timing timing, Meters meters) {
    return run(port, port, timing, meters);
  }

  /** @param speakingPort where the client connects that speaks to all others: of another node, in a cluster */
  public Rate run(int port, int speakingPort, Timing timing, Meters meters) {
    Function<Reactor, Load> make = factory;
    if (make == null) {
      throw new IllegalStateException("idle connections have a cost in bytes, not a rate");
    }
    try (Reactor reactor = new Reactor(port, speakingPort)) {
      Load load = make.apply(reactor);
      load.open();
      reactor.runUntil(load::ready, PATIENCE_SECONDS, "all clients to connect");
      if (reactor.hasElsewhere()) {
        // The node of the members subscribes to their room in its own time.
        reactor.runFor(1);
      }
      load.saturating = true;
      load.saturate();
      warmUp(reactor, timing, meters);

      long before = load.units;
      long server = meters.server().getAsLong();
      long generator = meters.generator().getAsLong();
      long start = System.nanoTime();
      reactor.runFor(timing.window());
      reactor.runUntil(() -> load.units > before, PATIENCE_SECONDS, "an answer");
      double micros = (System.nanoTime() - start) / 1e3;
      double serverMicros = meters.server().getAsLong() - server;
      double generatorMicros = meters.generator().getAsLong() - generator;
      long units = load.units - before;

      load.saturating = false;
      reactor.runUntil(load::quiet, PATIENCE_SECONDS, "the last answers");
      pace(reactor, load, timing.paced());
      return new Rate(
          units * 1e6 / micros,
          serverMicros / units,
          generatorMicros / units,
          serverMicros / micros,
          load.latency.getValueAtPercentile(50) / 1e3,
          load.latency.getValueAtPercentile(99) / 1e3);
    }
  }

  private static void warmUp(Reactor reactor, Timing timing, Meters meters) {
    long start = System.nanoTime();
    long used = meters.server().getAsLong();
    do {
      reactor.runFor(timing.warmUp() / 10);
    } while (meters.server().getAsLong() - used < timing.warmUp() * 1e6
        && System.nanoTime() - start < timing.warmUp() * 1.5e9);
  }

  /** Work by the clock. The first quarter is for finding into it and is not recorded. */
  private void pace(Reactor reactor, Load load, double seconds) {
    long interval = 1_000_000_000L / pacePerSecond;
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long recordFrom = start + (end - start) / 4;
    boolean recording = false;
    for (long due = start; due < end; due += interval) {
      while (System.nanoTime() < due) {
        reactor.turn(0);
      }
      if (!recording && due >= recordFrom) {
        recording = true;
        load.latency.reset();
      }
      load.due(due);
    }
    reactor.runUntil(load::quiet, PATIENCE_SECONDS, "the last answers");
  }

  /** Connects this many clients that stay idle. @param residentBytes the server's resident memory */
  public static Memory runIdle(int port, int connections, LongSupplier residentBytes) {
    try (Reactor reactor = new Reactor(port, port)) {
      return new IdleLoad(reactor).measure(connections, residentBytes);
    }
  }
}
