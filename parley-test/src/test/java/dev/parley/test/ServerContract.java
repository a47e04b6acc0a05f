package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Socket;
import dev.parley.TransportType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;

/**
 * What every server promises, on every host and over every transport. A host's test class holds one nested class for each
 * part of the suite; each part says over which {@link Way}s it runs. No test sleeps: in memory the clock is moved by hand, on a network tests wait for what must come.
 */
public abstract class ServerContract {
  /** Handlers fail on purpose here, which tests see by other means. Kept, or the level would be forgotten. */
  private static final Logger LOG = Logger.getLogger("dev.parley");

  static {
    LOG.setLevel(Level.OFF);
  }

  @Parameter
  protected Way way;

  private final Bench.Starter starter;
  private final Map<TestClient, TestClient> barriers = new HashMap<>();
  private @Nullable Bench bench;

  /** What handlers of a test noted, in order; they may run on other threads. */
  protected final List<Object> notes = new CopyOnWriteArrayList<>();

  protected ServerContract(Bench.Starter starter) {
    this.starter = starter;
  }

  @AfterEach
  void closeServer() {
    if (bench != null) {
      bench.close();
    }
  }

  final void start(Consumer<Parley> setUp) {
    start(builder -> {}, setUp);
  }

  final void start(Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
    bench = starter.start(
        builder -> {
          way.prepare(builder);
          options.accept(builder);
        },
        setUp);
  }

  /** A wait that is soon over, once {@link Bench#pass} has been told of it. */
  final Duration moment() {
    return starter.moment();
  }

  final Bench bench() {
    if (bench == null) {
      throw new IllegalStateException("the test has started no server");
    }
    return bench;
  }

  final Parley server() {
    return bench().server();
  }

  final TestConnector client() {
    return way.prepare(bench().client());
  }

  final TestClient connect() {
    return client().connect();
  }

  final TestClient connect(String namespace) {
    return client().connect(namespace);
  }

  /** Waits for the end of the upgrade, if this client upgrades. */
  final TestClient upgraded(TestClient client) {
    if (way.upgrades()) {
      await("the upgrade", () -> client.transport() == TransportType.WEBSOCKET);
    }
    return client;
  }

  /**
   * Breaks a client's connection. One that polls has a poll at the server then: a client that breaks off between two polls
   * is missed by the heartbeat only.
   */
  final void kill(TestClient client) {
    if (way.upgrades()) {
      // A reset may throw away the upgrade packet that the client has sent already.
      await(
          "the upgrade, as the server sees it",
          () -> server()
              .namespaces()
              .flatMap(Namespace::sockets)
              .allMatch(socket -> socket.transport() == TransportType.WEBSOCKET));
    }
    await(
        "clients that are ready",
        () -> server().namespaces().flatMap(Namespace::sockets).allMatch(Socket::writable));
    client.kill();
  }

  final void await(String what, BooleanSupplier condition) {
    bench().await(what, condition);
  }

  /** Waits until handlers have noted exactly this. */
  final void awaitNotes(Object... expected) {
    bench().network().runUntil(() -> notes.size() >= expected.length);
    assertThat(notes).containsExactly(expected);
  }

  /**
   * Makes sure that nothing waits to be taken, and that nothing is on its way: the server's answer to a question that comes
   * after it would have overtaken it.
   */
  final void expectNothing(TestClient client) {
    barrier(client);
    client.expectNothing();
  }

  /** Returns when everything that the server had sent to the client by now has come. */
  final void barrier(TestClient client) {
    TestClient known = barriers.get(client);
    if (known == null) {
      barriers.put(client, client.of("/no-such-namespace"));
    } else {
      known.rejoin();
    }
  }
}
