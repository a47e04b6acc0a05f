package dev.parley.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One Redis: a connection that publishes and, from the first subscription on, one that subscribes. Lives on the lane, where
 * nothing else is said.
 */
final class RedisNode {
  private static final long REFUSED_MILLIS = 1000;
  private static final int FLUSH_EVERY = 1000;

  /** Attempts of the publishing connection, within half a second or so. */
  private static final int PATIENT_FAILURES = 4;

  /** Who has this node. */
  interface Owner {
    /** On a thread that reads. */
    void onMessage(String channel, byte[] message);

    /** The node is up again, or an attempt failed; on the lane. @param why null if it is up */
    void onChange(@Nullable String why);

    /** Another node of the cluster has this channel; on any thread. */
    void onMoved();
  }

  final RedisURI uri;
  private final RedisBus.Mode mode;
  private final Connections connections;
  private final Owner owner;
  private final Link<StatefulRedisConnection<String, byte[]>> publisher;
  private final Link<StatefulRedisPubSubConnection<String, byte[]>> subscriber;

  /** Null while there is none. Written on the lane. */
  private volatile @Nullable StatefulRedisConnection<String, byte[]> publishing;

  /** What was published last, about, and not refused at once. */
  private volatile CompletableFuture<@Nullable Void> latest =
      CompletableFuture.completedFuture(null);

  /** Of the present connection. Written on the lane. */
  private volatile @Nullable Receiver receiver;

  /** What is wanted here; done when Redis has confirmed it at the first time. */
  private final Map<String, CompletableFuture<@Nullable Void>> channels = new HashMap<>();

  /** What is wanted and was lost with the last connection, or refused. */
  private final Set<String> missing = new HashSet<>();

  private boolean subscribes;

  RedisNode(Connections connections, RedisURI uri, RedisBus.Mode mode, Owner owner) {
    this.uri = uri;
    this.mode = mode;
    this.connections = connections;
    this.owner = owner;
    this.publisher = new Link<>(
        connections,
        () -> connections.connect(uri),
        connection -> connection.async().ping(),
        new Publishing());
    this.subscriber = new Link<>(
        connections,
        () -> connections.connectPubSub(uri),
        connection -> connection.async().ping(),
        new Subscribing());
  }

  void start() {
    publisher.start();
  }

  /** Whether all that is asked of this node can be done. */
  boolean connected() {
    return publishing != null && (!subscribes || receiver != null && missing.isEmpty());
  }

  /** Whether it brings messages, and what is lost for the moment is only the other connection. On the lane. */
  boolean hears() {
    return receiver != null && publisher.failures() <= PATIENT_FAILURES;
  }

  private final class Publishing implements Link.User<StatefulRedisConnection<String, byte[]>> {
    @Override
    public void onUp(StatefulRedisConnection<String, byte[]> connection) {
      publishing = connection;
      owner.onChange(null);
    }

    @Override
    public void onDown(String why) {
      publishing = null;
      owner.onChange(why);
    }
  }

  /** Any thread. Messages of one thread leave in its order. */
  CompletionStage<@Nullable Void> publish(String channel, byte[] message) {
    StatefulRedisConnection<String, byte[]> to = publishing;
    if (to == null) {
      return Failures.unreachable();
    }
    return sent(
        mode == RedisBus.Mode.CLASSIC
            ? to.async().publish(channel, message)
            : to.async().spublish(channel, message));
  }

  /** Any thread. Entries of one thread are added in its order. */
  CompletionStage<@Nullable Void> append(String stream, XAddArgs how, Map<String, byte[]> fields) {
    StatefulRedisConnection<String, byte[]> to = publishing;
    return to == null ? Failures.unreachable() : sent(to.async().xadd(stream, how, fields));
  }

  private CompletionStage<@Nullable Void> sent(CompletionStage<?> command) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    command.whenComplete((answer, error) -> {
      if (error == null) {
        publisher.heard();
        done.complete(null);
      } else {
        String reason = Failures.reason(error);
        if (Failures.isMoved(reason)) {
          owner.onMoved();
        }
        done.completeExceptionally(new IllegalStateException(reason, error));
      }
    });
    if (!done.isDone()) {
      latest = done;
    }
    return done;
  }

  /** Any thread. */
  CompletionStage<Integer> subscribers(String channel) {
    StatefulRedisConnection<String, byte[]> at = publishing;
    if (at == null) {
      return Failures.unreachable();
    }
    CompletionStage<Map<String, Long>> counted = mode == RedisBus.Mode.CLASSIC
        ? at.async().pubsubNumsub(channel)
        : at.async().pubsubShardNumsub(channel);
    return counted.thenApply(counts -> counts.getOrDefault(channel, 0L).intValue());
  }

  /** Done when Redis has answered all that was published before. */
  CompletionStage<?> drained() {
    // Redis answers in order, and there may be no room for another question.
    return latest.handle((done, error) -> null);
  }

  void subscribe(String channel, CompletableFuture<@Nullable Void> confirmed) {
    channels.put(channel, confirmed);
    Receiver at = receiver;
    if (at != null) {
      at.subscribe(channel);
    } else if (!subscribes) {
      subscribes = true;
      subscriber.start();
    }
  }

  void unsubscribe(String channel) {
    Receiver at = receiver;
    if (channels.remove(channel) != null && at != null) {
      at.unsubscribe(channel);
    }
    if (missing.remove(channel) && at != null && missing.isEmpty()) {
      owner.onChange(null);
    }
  }

  private final class Subscribing
      implements Link.User<StatefulRedisPubSubConnection<String, byte[]>> {
    @Override
    public void onUp(StatefulRedisPubSubConnection<String, byte[]> connection) {
      Receiver at = new Receiver(connection);
      receiver = at;
      connection.addListener(at);
      missing.addAll(channels.keySet());
      at.subscribe(List.copyOf(missing));
      if (missing.isEmpty()) {
        owner.onChange(null);
      }
    }

    @Override
    public void onDown(String why) {
      receiver = null;
      owner.onChange(why);
    }
  }

  /** What comes on one connection; silent after it was given up. */
  private final class Receiver extends RedisPubSubAdapter<String, byte[]> {
    private final StatefulRedisPubSubConnection<String, byte[]> connection;

    Receiver(StatefulRedisPubSubConnection<String, byte[]> connection) {
      this.connection = connection;
    }

    @Override
    public void message(String channel, byte[] message) {
      subscriber.heard();
      // Only for the moment in which a connection takes the place of another: messages shall not
      // come at the same time.
      synchronized (RedisNode.this) {
        if (receiver == this) {
          owner.onMessage(channel, message);
        }
      }
    }

    @Override
    public void smessage(String channel, byte[] message) {
      message(channel, message);
    }

    /** Redis takes a channel away when its slot moves to another node. */
    @Override
    public void sunsubscribed(String channel, long count) {
      connections.post(() -> {
        if (receiver == this && channels.containsKey(channel)) {
          subscribe(channel);
        }
      });
    }

    /** Many, with few system calls. */
    void subscribe(List<String> all) {
      connection.setAutoFlushCommands(false);
      for (int i = 0; i < all.size(); i++) {
        subscribe(all.get(i));
        if (i % FLUSH_EVERY == FLUSH_EVERY - 1) {
          connection.flushCommands();
        }
      }
      connection.flushCommands();
      connection.setAutoFlushCommands(true);
    }

    void subscribe(String channel) {
      CompletionStage<?> asked = mode == RedisBus.Mode.CLASSIC
          ? connection.async().subscribe(channel)
          : connection.async().ssubscribe(channel);
      asked.whenComplete((done, error) -> connections.post(() -> {
        if (receiver == this) {
          if (error == null) {
            confirmed(channel);
          } else {
            refused(channel, Failures.reason(error));
          }
        }
      }));
    }

    private void confirmed(String channel) {
      CompletableFuture<@Nullable Void> first = channels.get(channel);
      if (first != null) {
        first.complete(null);
      }
      if (missing.remove(channel) && missing.isEmpty()) {
        owner.onChange(null);
      }
    }

    private void refused(String channel, String why) {
      if (!channels.containsKey(channel)) {
        return;
      }
      missing.add(channel);
      boolean moved = Failures.isMoved(why);
      if (moved) {
        owner.onMoved();
      }
      owner.onChange("a channel cannot be subscribed: " + why
          + (moved ? "; a Redis cluster needs a URL that says so" : ""));
      connections.postAfter(REFUSED_MILLIS, () -> {
        if (receiver == this && missing.contains(channel)) {
          subscribe(channel);
        }
      });
    }

    void unsubscribe(String channel) {
      if (mode == RedisBus.Mode.CLASSIC) {
        connection.async().unsubscribe(channel);
      } else {
        connection.async().sunsubscribe(channel);
      }
    }
  }

  /** @return done when the connections are closed */
  CompletionStage<?> close() {
    receiver = null;
    publishing = null;
    List<CompletableFuture<?>> both = new ArrayList<>();
    both.add(publisher.close().toCompletableFuture());
    both.add(subscriber.close().toCompletableFuture());
    return CompletableFuture.allOf(both.toArray(CompletableFuture<?>[]::new));
  }
}
