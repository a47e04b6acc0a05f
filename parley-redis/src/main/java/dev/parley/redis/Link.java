package dev.parley.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection up: makes it, asks it from time to time whether it is alive, and makes another when it is not.
 *
 * <p>Lettuce could reconnect by itself. It would keep what is sent meanwhile, tells nothing of a connection that is up but
 * dead, and does not try again if the first attempt fails; so each connection here is used once.
 */
final class Link<C extends StatefulConnection<?, ?>> implements RedisConnectionStateListener {
  private static final long FIRST_DELAY_MILLIS = 20;
  private static final long MAX_DELAY_MILLIS = 500;
  private static final long PING_MILLIS = 1000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** What the link is for. Called by one thread at a time. */
  interface User<C> {
    void onUp(C connection);

    void onDown(String why);
  }

  private final EventExecutorGroup executor;
  private final Supplier<? extends CompletionStage<C>> connector;
  private final Function<C, ? extends CompletionStage<?>> ping;
  private final User<C> user;

  /** When the broker said anything at last. */
  private volatile long heardNanos;

  /** Guarded by this, and so are the calls of the user. */
  private @Nullable C connection;

  /** Guarded by this. */
  private boolean pinging;

  /** Attempts without success since the last one. Guarded by this. */
  private int failures;

  /** Guarded by this. */
  private boolean closed;

  Link(
      EventExecutorGroup executor,
      Supplier<? extends CompletionStage<C>> connector,
      Function<C, ? extends CompletionStage<?>> ping,
      User<C> user) {
    this.executor = executor;
    this.connector = connector;
    this.ping = ping;
    this.user = user;
  }

  void start() {
    connect();
    executor.scheduleAtFixedRate(this::check, PING_MILLIS, PING_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void connect() {
    CompletionStage<C> attempt;
    try {
      attempt = connector.get();
    } catch (RuntimeException e) {
      attempt = CompletableFuture.failedFuture(e);
    }
    attempt.whenComplete((made, error) -> {
      if (error != null) {
        failed(error);
      } else {
        made(made);
      }
    });
  }

  private void made(C made) {
    made.addListener(this);
    synchronized (this) {
      if (!closed && made.isOpen()) {
        connection = made;
        failures = 0;
        heardNanos = System.nanoTime();
        pinging = false;
        user.onUp(made);
        return;
      }
    }
    made.closeAsync();
    failed(new IllegalStateException("the connection was closed at once"));
  }

  private synchronized void failed(Throwable error) {
    if (closed) {
      return;
    }
    user.onDown(reason(error));
    retry();
  }

  /** With some chance, so that the nodes of a cluster do not come back all at once. */
  private void retry() {
    long most = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures++, 10));
    long delay = most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    executor.schedule(this::connect, delay, TimeUnit.MILLISECONDS);
  }

  private static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null
        && (cause instanceof CompletionException || cause.getCause() != cause)) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  @Override
  public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
    down(gone, "the connection was closed");
  }

  private void down(Object gone, String why) {
    synchronized (this) {
      if (connection != gone) {
        return;
      }
      connection = null;
      if (closed) {
        return;
      }
      user.onDown(why);
      retry();
    }
  }

  /** The broker has said something. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  private void check() {
    C present;
    boolean dead;
    synchronized (this) {
      present = connection;
      if (present == null) {
        return;
      }
      dead = pinging && System.nanoTime() - heardNanos > PATIENCE_NANOS;
      if (!dead && pinging) {
        return;
      }
      pinging = true;
    }
    if (dead) {
      down(present, "it does not answer");
      present.closeAsync();
      return;
    }
    heardNanos = System.nanoTime();
    ping.apply(present).whenComplete((pong, error) -> {
      if (error == null) {
        heard();
        synchronized (this) {
          if (connection == present) {
            pinging = false;
          }
        }
      }
    });
  }

  synchronized void close() {
    closed = true;
    C present = connection;
    connection = null;
    if (present != null) {
      present.closeAsync();
    }
  }
}
