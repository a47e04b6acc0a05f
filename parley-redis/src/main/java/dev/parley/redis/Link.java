package dev.parley.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection up: makes it, asks it from time to time whether it is alive, and makes another when it is not. Lives on
 * the lane.
 *
 * <p>Lettuce could reconnect by itself. But it gives up if the first attempt fails, and does not notice a connection that is
 * up and dead; so each of its connections is used once.
 */
final class Link<C extends StatefulConnection<?, ?>> implements RedisConnectionStateListener {
  private static final long FIRST_DELAY_MILLIS = 20;
  private static final long MAX_DELAY_MILLIS = 500;
  private static final int MAX_DOUBLINGS = 10;
  private static final long PING_MILLIS = 1000;

  /** So long may Redis say nothing at all while something is asked of it. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What the link is for. Called on the lane. */
  interface User<C> {
    void onUp(C connection);

    /** It went down, or an attempt failed. */
    void onDown(String why);
  }

  private final Connections connections;
  private final Supplier<? extends CompletionStage<C>> connector;
  private final Function<C, ? extends CompletionStage<?>> ping;
  private final User<C> user;

  /** When Redis said anything at last. */
  private volatile long heardNanos;

  private @Nullable C connection;
  private boolean pinging;

  /** Whether a question was not answered yet, be it that there was no room for it. */
  private boolean asking;

  private long askedNanos;

  /** Attempts that failed since the last success. */
  private int failures;

  private boolean closed;

  Link(
      Connections connections,
      Supplier<? extends CompletionStage<C>> connector,
      Function<C, ? extends CompletionStage<?>> ping,
      User<C> user) {
    this.connections = connections;
    this.connector = connector;
    this.ping = ping;
    this.user = user;
  }

  void start() {
    connect();
    check();
  }

  private void connect() {
    if (closed) {
      return;
    }
    CompletionStage<C> attempt;
    try {
      attempt = connector.get();
    } catch (RuntimeException e) {
      attempt = CompletableFuture.failedFuture(e);
    }
    attempt.whenComplete((made, error) -> connections.post(() -> {
      if (error == null) {
        made(made);
      } else {
        failed(Failures.reason(error));
      }
    }));
  }

  private void made(C made) {
    made.addListener(this);
    if (closed) {
      made.closeAsync();
    } else if (!made.isOpen()) {
      // It went down before this could hear of it.
      made.closeAsync();
      failed("the connection was closed at once");
    } else {
      connection = made;
      failures = 0;
      pinging = false;
      asking = false;
      user.onUp(made);
    }
  }

  private void failed(String why) {
    if (!closed) {
      user.onDown(why);
      connections.postAfter(delayMillis(), this::connect);
    }
  }

  /** By chance, so that the nodes of a cluster do not come back all at once. */
  private long delayMillis() {
    long most =
        Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures++, MAX_DOUBLINGS));
    return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
  }

  /** On a thread that reads. */
  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
    connections.post(() -> {
      if (connection == gone) {
        drop("the connection was closed");
      }
    });
  }

  /** Gives up the present connection, and makes another. */
  void drop(String why) {
    C present = connection;
    if (present != null) {
      connection = null;
      present.closeAsync();
      failed(why);
    }
  }

  /** Redis has said something. Any thread. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** Attempts in a row that failed. On the lane. */
  int failures() {
    return failures;
  }

  private void check() {
    if (closed) {
      return;
    }
    C present = connection;
    if (present != null && asking && silent()) {
      drop("it does not answer");
    } else if (present != null && !pinging) {
      ping(present);
    }
    connections.postAfter(PING_MILLIS, this::check);
  }

  private boolean silent() {
    long now = System.nanoTime();
    return now - askedNanos > PATIENCE_NANOS && now - heardNanos > PATIENCE_NANOS;
  }

  private void ping(C present) {
    pinging = true;
    if (!asking) {
      asking = true;
      askedNanos = System.nanoTime();
    }
    ping.apply(present)
        .whenComplete((pong, error) -> connections.post(() -> {
          if (connection == present) {
            pinging = false;
            asking = error != null;
          }
        }));
  }

  /** @return done when the connection is closed */
  CompletionStage<?> close() {
    closed = true;
    C present = connection;
    connection = null;
    return present == null ? CompletableFuture.completedFuture(null) : present.closeAsync();
  }
}
