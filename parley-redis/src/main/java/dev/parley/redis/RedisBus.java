package dev.parley.redis;

import dev.parley.cluster.Bus;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A bus over Redis's PUBLISH and SUBSCRIBE, or their sharded forms. */
public final class RedisBus implements Bus {
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_REQUESTS = 100_000;

  /** Which commands carry the messages. */
  public enum Mode {
    /** {@code PUBLISH}: every node of a Redis cluster gets every message. */
    CLASSIC,
    /** {@code SPUBLISH}, from Redis 7 on: a message stays on the node of a Redis cluster that owns the channel. */
    SHARDED
  }

  private final Mode mode;
  private final ClientResources resources;
  private final RedisClient client;
  private final Link<StatefulRedisConnection<String, byte[]>> publisher;
  private final Link<StatefulRedisPubSubConnection<String, byte[]>> subscriber;
  private volatile @Nullable Listener listener;
  private volatile @Nullable StatefulRedisConnection<String, byte[]> publishing;

  /** Guarded by this. */
  private @Nullable StatefulRedisPubSubConnection<String, byte[]> subscribing;

  /** What was asked for; done when Redis has confirmed it. Guarded by this. */
  private final Map<String, CompletableFuture<@Nullable Void>> channels = new HashMap<>();

  /** Whether there is, or is to be, a connection for subscriptions. Guarded by this. */
  private boolean subscribes;

  /** Whether the present connection has all subscriptions. Guarded by this. */
  private boolean subscribed;

  /** Guarded by this. */
  private boolean closed;

  public RedisBus(String url, Mode mode) {
    this(RedisURI.create(url), mode);
  }

  RedisBus(RedisURI uri, Mode mode) {
    this.mode = Objects.requireNonNull(mode);
    this.resources = ClientResources.builder()
        .threadFactoryProvider(pool -> new DefaultThreadFactory("parley-redis", true))
        .ioThreadPoolSize(2)
        .computationThreadPoolSize(2)
        .build();
    this.client = RedisClient.create(resources, uri);
    client.setOptions(ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MAX_REQUESTS)
        .socketOptions(SocketOptions.builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .keepAlive(true)
            .build())
        .timeoutOptions(TimeoutOptions.create())
        .build());
    this.publisher = new Link<>(
        resources.eventExecutorGroup(),
        () -> client.connectAsync(CODEC, uri),
        connection -> connection.async().ping(),
        new Publishing());
    this.subscriber = new Link<>(
        resources.eventExecutorGroup(),
        () -> client.connectPubSubAsync(CODEC, uri),
        connection -> connection.async().ping(),
        new Subscribing());
  }

  @Override
  public void start(Listener listener) {
    this.listener = listener;
    publisher.start();
  }

  private final class Publishing implements Link.User<StatefulRedisConnection<String, byte[]>> {
    @Override
    public void onUp(StatefulRedisConnection<String, byte[]> connection) {
      publishing = connection;
      connected();
    }

    @Override
    public void onDown(String why) {
      publishing = null;
      disconnected(why);
    }
  }

  private final class Subscribing
      implements Link.User<StatefulRedisPubSubConnection<String, byte[]>> {
    @Override
    public void onUp(StatefulRedisPubSubConnection<String, byte[]> connection) {
      connection.addListener(new Receiver());
      synchronized (RedisBus.this) {
        subscribing = connection;
        CompletableFuture.allOf(channels.keySet().stream()
                .map(channel -> confirm(connection, channel))
                .toArray(CompletableFuture<?>[]::new))
            .whenComplete((done, error) -> {
              if (error == null) {
                synchronized (RedisBus.this) {
                  subscribed = subscribing == connection;
                }
                connected();
              }
            });
      }
    }

    @Override
    public void onDown(String why) {
      synchronized (RedisBus.this) {
        subscribing = null;
        subscribed = false;
      }
      disconnected(why);
    }
  }

  private final class Receiver extends RedisPubSubAdapter<String, byte[]> {
    @Override
    public void message(String channel, byte[] message) {
      Listener to = listener;
      if (to != null) {
        subscriber.heard();
        to.onMessage(channel, message);
      }
    }

    @Override
    public void smessage(String channel, byte[] message) {
      message(channel, message);
    }
  }

  private void connected() {
    Listener to = listener;
    synchronized (this) {
      if (publishing == null || subscribes && !subscribed) {
        return;
      }
    }
    if (to != null) {
      to.onConnected();
    }
  }

  private void disconnected(String why) {
    Listener to = listener;
    if (to != null) {
      to.onDisconnected(why);
    }
  }

  @Override
  public CompletionStage<@Nullable Void> publish(String channel, byte[] message) {
    StatefulRedisConnection<String, byte[]> to = publishing;
    if (to == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("Redis cannot be reached"));
    }
    try {
      CompletionStage<Long> sent = mode == Mode.CLASSIC
          ? to.async().publish(channel, message)
          : to.async().spublish(channel, message);
      return sent.thenApply(receivers -> {
        publisher.heard();
        return null;
      });
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public synchronized CompletionStage<@Nullable Void> subscribe(String channel) {
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("the bus is closed"));
    }
    CompletableFuture<@Nullable Void> known = channels.get(channel);
    if (known != null) {
      return known.copy();
    }
    CompletableFuture<@Nullable Void> added = new CompletableFuture<>();
    channels.put(channel, added);
    StatefulRedisPubSubConnection<String, byte[]> at = subscribing;
    if (at != null) {
      confirm(at, channel);
    } else if (!subscribes) {
      subscribes = true;
      subscriber.start();
    }
    return added.copy();
  }

  /** Asks Redis for a channel. @return done when Redis has confirmed it */
  private CompletableFuture<?> confirm(
      StatefulRedisPubSubConnection<String, byte[]> at, String channel) {
    CompletableFuture<@Nullable Void> known = channels.get(channel);
    CompletionStage<?> asked =
        mode == Mode.CLASSIC ? at.async().subscribe(channel) : at.async().ssubscribe(channel);
    return asked
        .thenRun(() -> {
          if (known != null) {
            known.complete(null);
          }
        })
        .toCompletableFuture();
  }

  @Override
  public synchronized void unsubscribe(String channel) {
    CompletableFuture<@Nullable Void> known = channels.remove(channel);
    if (known == null) {
      return;
    }
    known.completeExceptionally(new IllegalStateException("unsubscribed"));
    StatefulRedisPubSubConnection<String, byte[]> at = subscribing;
    if (at != null) {
      if (mode == Mode.CLASSIC) {
        at.async().unsubscribe(channel);
      } else {
        at.async().sunsubscribe(channel);
      }
    }
  }

  @Override
  public CompletionStage<Integer> subscribers(String channel) {
    StatefulRedisConnection<String, byte[]> at = publishing;
    if (at == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("Redis cannot be reached"));
    }
    CompletionStage<Map<String, Long>> counted = mode == Mode.CLASSIC
        ? at.async().pubsubNumsub(channel)
        : at.async().pubsubShardNumsub(channel);
    return counted.thenApply(counts -> counts.getOrDefault(channel, 0L).intValue());
  }

  @Override
  public void close() {
    List<CompletableFuture<@Nullable Void>> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      open = List.copyOf(channels.values());
      channels.clear();
    }
    open.forEach(
        each -> each.completeExceptionally(new IllegalStateException("the bus is closed")));
    drain();
    publisher.close();
    subscriber.close();
    client.shutdownAsync(0, 100, TimeUnit.MILLISECONDS);
    resources.shutdown(0, 100, TimeUnit.MILLISECONDS);
  }

  /** Waits until Redis has answered what was sent before. */
  private void drain() {
    StatefulRedisConnection<String, byte[]> at = publishing;
    if (at == null) {
      return;
    }
    try {
      at.async().ping().toCompletableFuture().get(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | TimeoutException | RuntimeException e) {
      // Then it is lost, as the stages of what was published tell.
    }
  }
}
