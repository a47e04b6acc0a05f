package dev.parley.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Makes the connections of one bus, and owns their threads: at most two that read and write, the <i>lane</i> on which
 * everything is decided, and Lettuce's timer. All are daemons.
 */
final class Connections {
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  /** With the longest delay before an attempt it makes less than two seconds. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(1200);

  /** Messages that may wait for an answer of Redis; one more fails at once. */
  private static final int MAX_WAITING = 100_000;

  private static final int MAX_FLUSHES = 256;
  private static final int IO_THREADS = 2;
  private static final int LANE_THREADS = 2;
  private static final long SHUTDOWN_MILLIS = 100;

  private final ThreadGroup threads = new ThreadGroup("parley-redis");
  private final ClientResources resources;
  private final RedisClient publishing;

  /** Its own client as subscriptions need no bound: there are as many as rooms, and all of them are needed. */
  private final RedisClient subscribing;

  private final EventExecutor lane;

  Connections() {
    resources = ClientResources.builder()
        .threadFactoryProvider(
            pool -> new DefaultThreadFactory("parley-redis", true, Thread.NORM_PRIORITY, threads))
        .nettyCustomizer(new NettyCustomizer() {
          @Override
          public void afterChannelInitialized(Channel channel) {
            // Messages that are published at the same time leave with one system call.
            channel.pipeline().addFirst(new FlushConsolidationHandler(MAX_FLUSHES, true));
          }
        })
        .ioThreadPoolSize(IO_THREADS)
        .computationThreadPoolSize(LANE_THREADS)
        .build();
    publishing = client(MAX_WAITING);
    subscribing = client(Integer.MAX_VALUE);
    lane = resources.eventExecutorGroup().next();
  }

  private RedisClient client(int maxWaiting) {
    RedisClient client = RedisClient.create(resources);
    client.setOptions(ClientOptions.builder()
        .autoReconnect(false)
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(maxWaiting)
        // A connection is given up as a whole: a timer for each message would cost too much.
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .socketOptions(SocketOptions.builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .keepAlive(true)
            .build())
        .build());
    return client;
  }

  /** The thread that owns the state of the bus. */
  EventExecutor lane() {
    return lane;
  }

  /** Runs this on the lane. @return false if the bus is closed, and this will not run */
  boolean post(Runnable task) {
    try {
      lane.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  void postAfter(long millis, Runnable task) {
    try {
      lane.schedule(task, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed: nobody cares any more.
    }
  }

  /** Whether the caller is a thread that would wait for itself. */
  boolean isOwnThread() {
    return Thread.currentThread().getThreadGroup() == threads;
  }

  CompletionStage<StatefulRedisConnection<String, byte[]>> connect(RedisURI uri) {
    return publishing.connectAsync(CODEC, uri);
  }

  CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> connectPubSub(RedisURI uri) {
    return subscribing.connectPubSubAsync(CODEC, uri);
  }

  /** Ends the threads, after the connections were closed. */
  CompletionStage<?> close() {
    return CompletableFuture.allOf(
            publishing.shutdownAsync(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS),
            subscribing.shutdownAsync(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS))
        .whenComplete((done, error) -> {
          resources.shutdown(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
        });
  }
}
