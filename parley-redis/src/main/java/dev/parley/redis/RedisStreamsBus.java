package dev.parley.redis;

import dev.parley.cluster.Bus;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bus that keeps what goes into Redis's streams, beside a {@link RedisBus} for all else; for {@link StreamsFormat}. A node
 * that was cut off reads on where it was, so that it misses nothing that the stream still holds; {@link #missed()} counts what
 * it no longer held.
 *
 * <p>Each stream has a connection of its own for reading, another writes to all. Channels are as those of a {@link RedisBus}.
 */
public final class RedisStreamsBus implements Bus {
  /** How many entries, about, a stream keeps; the default of Node's {@code maxLen}. */
  public static final long DEFAULT_MAX_LENGTH = 10_000;

  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_REQUESTS = 100_000;

  private final Bus channels;
  private final XAddArgs trimming;
  private final RedisURI uri;
  private final ClientResources resources;
  private final RedisClient client;
  private final Link<StatefulRedisConnection<String, byte[]>> writer;
  private final AtomicLong missed = new AtomicLong();
  private volatile @Nullable Listener listener;
  private volatile @Nullable StatefulRedisConnection<String, byte[]> writing;

  /** Guarded by this. */
  private final Map<String, StreamReader> readers = new HashMap<>();

  /** Guarded by this. */
  private boolean channelsConnected;

  /** Guarded by this. */
  private boolean closed;

  public RedisStreamsBus(String url, RedisBus.Mode mode) {
    this(url, mode, DEFAULT_MAX_LENGTH);
  }

  /**
   * @param mode which commands carry what is not stored; {@link RedisBus.Mode#SHARDED} is Node's {@code useShardedPubSub}
   * @param maxLength how many entries, about, the streams keep of all nodes' messages
   */
  public RedisStreamsBus(String url, RedisBus.Mode mode, long maxLength) {
    if (maxLength < 1) {
      throw new IllegalArgumentException(maxLength + " entries, at least 1 is needed");
    }
    this.channels = new RedisBus(url, mode);
    this.trimming = XAddArgs.Builder.maxlen(maxLength).approximateTrimming();
    this.uri = RedisURI.create(url);
    this.resources = ClientResources.builder()
        .threadFactoryProvider(pool -> new DefaultThreadFactory("parley-redis-streams", true))
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
    this.writer = new Link<>(
        resources.eventExecutorGroup(),
        this::connect,
        connection -> connection.async().ping(),
        new Writing());
  }

  private CompletionStage<StatefulRedisConnection<String, byte[]>> connect() {
    return client.connectAsync(CODEC, uri);
  }

  @Override
  public void start(Listener listener) {
    this.listener = listener;
    channels.start(new FromChannels(listener));
    writer.start();
  }

  private final class FromChannels implements Listener {
    private final Listener to;

    FromChannels(Listener to) {
      this.to = to;
    }

    @Override
    public void onMessage(String channel, byte[] message) {
      to.onMessage(channel, message);
    }

    @Override
    public void onConnected() {
      synchronized (RedisStreamsBus.this) {
        channelsConnected = true;
      }
      connected();
    }

    @Override
    public void onDisconnected(String why) {
      synchronized (RedisStreamsBus.this) {
        channelsConnected = false;
      }
      disconnected(why);
    }
  }

  private final class Writing implements Link.User<StatefulRedisConnection<String, byte[]>> {
    @Override
    public void onUp(StatefulRedisConnection<String, byte[]> connection) {
      writing = connection;
      connected();
    }

    @Override
    public void onDown(String why) {
      writing = null;
      disconnected(why);
    }
  }

  private final class Reading implements StreamReader.Owner {
    @Override
    public void onReading() {
      connected();
    }

    @Override
    public void onNotReading(String why) {
      disconnected(why);
    }

    @Override
    public void onMissed(long entries) {
      missed.addAndGet(entries);
    }
  }

  private void connected() {
    Listener to = listener;
    synchronized (this) {
      if (closed
          || !channelsConnected
          || writing == null
          || !readers.values().stream().allMatch(StreamReader::reads)) {
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
    if (!StreamFields.isStream(channel)) {
      return channels.publish(channel, message);
    }
    StatefulRedisConnection<String, byte[]> to = writing;
    if (to == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("Redis cannot be reached"));
    }
    try {
      return to.async()
          .xadd(StreamFields.streamOf(channel), trimming, StreamFields.unpack(message))
          .thenApply(id -> {
            writer.heard();
            return null;
          });
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletionStage<@Nullable Void> subscribe(String channel) {
    if (!StreamFields.isStream(channel)) {
      return channels.subscribe(channel);
    }
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(new IllegalStateException("the bus is closed"));
      }
      StreamReader known = readers.get(channel);
      if (known != null) {
        return known.started.copy();
      }
      StreamReader reader = new StreamReader(
          StreamFields.streamOf(channel),
          resources.eventExecutorGroup(),
          this::connect,
          entry -> took(channel, entry),
          new Reading());
      readers.put(channel, reader);
      reader.start();
      return reader.started.copy();
    }
  }

  private void took(String channel, StreamMessage<String, byte[]> entry) {
    Listener to = listener;
    if (to != null && entry.getBody() != null) {
      to.onMessage(channel, StreamFields.pack(entry.getBody()));
    }
  }

  @Override
  public void unsubscribe(String channel) {
    if (!StreamFields.isStream(channel)) {
      channels.unsubscribe(channel);
      return;
    }
    StreamReader reader;
    synchronized (this) {
      reader = readers.remove(channel);
    }
    if (reader != null) {
      reader.close();
    }
  }

  /** Of a channel. Nobody knows who reads a stream. */
  @Override
  public CompletionStage<Integer> subscribers(String channel) {
    return StreamFields.isStream(channel)
        ? CompletableFuture.completedFuture(UNKNOWN)
        : channels.subscribers(channel);
  }

  /** How many entries were trimmed from streams before this node had read them, as far as Redis counts: from version 7 on. */
  public long missed() {
    return missed.get();
  }

  @Override
  public void close() {
    List<StreamReader> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      open = List.copyOf(readers.values());
      readers.clear();
    }
    open.forEach(StreamReader::close);
    channels.close();
    drain();
    writer.close();
    client.shutdownAsync(0, 100, TimeUnit.MILLISECONDS);
    resources.shutdown(0, 100, TimeUnit.MILLISECONDS);
  }

  /** Waits until Redis has answered what was sent before. */
  private void drain() {
    StatefulRedisConnection<String, byte[]> at = writing;
    if (at == null) {
      return;
    }
    try {
      at.async().ping().toCompletableFuture().get(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      // Then it is lost, as the stages of what was published tell.
    }
  }
}
