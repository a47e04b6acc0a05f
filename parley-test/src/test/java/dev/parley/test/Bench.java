package dev.parley.test;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A running server and its clients, on one host or another. */
public abstract class Bench implements AutoCloseable {
  /** Starts a server on some host. */
  public interface Starter {
    Bench start(Consumer<ParleyBuilder> options, Consumer<Parley> setUp);

    /** A wait that is soon over on this host, but longer than what a test does meanwhile. */
    Duration moment();
  }

  public abstract Parley server();

  public abstract TestConnector client();

  /** Lets time pass; on a real network it passes by itself. */
  abstract void pass(Duration time);

  abstract ClientNetwork network();

  abstract void closeServer(Duration patience);

  final void await(String what, BooleanSupplier condition) {
    if (!network().runUntil(condition)) {
      throw new AssertionError("waited in vain for " + what);
    }
  }

  @Override
  public abstract void close();
}
