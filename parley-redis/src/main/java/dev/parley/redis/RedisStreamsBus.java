package dev.parley.redis;

import dev.parley.cluster.Bus;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A bus that keeps what goes into Redis's streams, and is a {@link RedisBus} for all else; for {@link StreamsFormat}. A node
 * that was cut off reads on where it was, so that it misses nothing that the stream still holds; {@link #missed()} counts what
 * it no longer held.
 *
 * <p>Each stream has a connection of its own for reading. What is added to a stream while Redis is away fails at once.
 */
public final class RedisStreamsBus implements Bus {
  /** How many entries, about, a stream keeps; the default of Node's {@code maxLen}. */
  public static final long DEFAULT_MAX_LENGTH = 10_000;

  private final RedisBus channels;
  private final XAddArgs trimming;
  private final AtomicLong missed = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable Listener listener;

  /** By channel. On the lane. */
  private final Map<String, StreamReader> readers = new HashMap<>();

  /** On the lane. */
  private boolean channelsConnected;

  /** What the listener knows. On the lane. */
  private boolean connected;

  /** @param url as for a {@link RedisBus} */
  public RedisStreamsBus(String url, RedisBus.Mode mode) {
    this(RedisAddress.of(url), mode, DEFAULT_MAX_LENGTH);
  }

  /**
   * @param mode which commands carry what is not kept; {@link RedisBus.Mode#SHARDED} is Node's {@code useShardedPubSub}
   * @param maxLength how many entries, about, a stream keeps of the messages of all nodes
   */
  public RedisStreamsBus(String url, RedisBus.Mode mode, long maxLength) {
    this(RedisAddress.of(url), mode, maxLength);
  }

  RedisStreamsBus(RedisAddress address, RedisBus.Mode mode, long maxLength) {
    if (maxLength < 1) {
      throw new IllegalArgumentException(maxLength + " entries, at least 1 is needed");
    }
    this.channels = new RedisBus(address, mode, true);
    this.trimming = XAddArgs.Builder.maxlen(maxLength).approximateTrimming();
  }

  @Override
  public void start(Listener listener) {
    this.listener = listener;
    channels.start(new FromChannels(listener));
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
      channelsConnected = true;
      tell(null);
    }

    @Override
    public void onDisconnected(String why) {
      channelsConnected = false;
      tell(why);
    }
  }

  private final class FromReader implements StreamReader.Owner {
    private final String channel;

    FromReader(String channel) {
      this.channel = channel;
    }

    @Override
    public CompletionStage<StatefulRedisConnection<String, byte[]>> connect(String stream) {
      return channels.connectTo(stream);
    }

    @Override
    public void onEntry(StreamMessage<String, byte[]> entry) {
      Listener to = listener;
      Map<String, byte[]> fields = entry.getBody();
      if (to != null && fields != null && !closed.get()) {
        to.onMessage(channel, StreamFields.pack(fields));
      }
    }

    @Override
    public void onChange(@Nullable String why) {
      tell(why);
    }

    @Override
    public void onMissed(long entries) {
      missed.addAndGet(entries);
    }

    @Override
    public void onMoved() {
      channels.suspect();
    }
  }

  /** Tells the listener what it does not know yet. On the lane. */
  private void tell(@Nullable String why) {
    Listener to = listener;
    if (to == null || closed.get()) {
      return;
    }
    if (channelsConnected && readers.values().stream().allMatch(StreamReader::reads)) {
      if (!connected) {
        connected = true;
        to.onConnected();
      }
    } else if (why != null) {
      connected = false;
      to.onDisconnected(why);
    }
  }

  @Override
  public CompletionStage<@Nullable Void> publish(String channel, byte[] message) {
    if (!StreamFields.isStream(channel)) {
      return channels.publish(channel, message);
    }
    try {
      return channels.append(
          StreamFields.streamOf(channel), trimming, StreamFields.unpack(message));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public CompletionStage<@Nullable Void> subscribe(String channel) {
    if (!StreamFields.isStream(channel)) {
      return channels.subscribe(channel);
    }
    CompletableFuture<@Nullable Void> confirmed = new CompletableFuture<>();
    if (closed.get()) {
      confirmed.completeExceptionally(new IllegalStateException("the bus is closed"));
      return confirmed;
    }
    Connections connections = channels.connections();
    connections.post(() -> {
      StreamReader reader = readers.get(channel);
      if (reader == null) {
        reader =
            new StreamReader(StreamFields.streamOf(channel), connections, new FromReader(channel));
        readers.put(channel, reader);
        reader.start();
      }
      reader.started.whenComplete((done, error) -> {
        if (error == null) {
          confirmed.complete(null);
        } else {
          confirmed.completeExceptionally(error);
        }
      });
    });
    return confirmed;
  }

  @Override
  public void unsubscribe(String channel) {
    if (!StreamFields.isStream(channel)) {
      channels.unsubscribe(channel);
      return;
    }
    channels.connections().post(() -> {
      StreamReader reader = readers.remove(channel);
      if (reader != null) {
        reader.close();
      }
    });
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
    if (closed.compareAndSet(false, true) && listener != null) {
      channels.connections().post(() -> readers.values().forEach(StreamReader::close));
    }
    channels.close();
  }
}
