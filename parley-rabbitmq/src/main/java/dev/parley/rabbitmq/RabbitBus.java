package dev.parley.rabbitmq;

import dev.parley.cluster.Bus;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A bus over RabbitMQ. A channel is a routing key of one direct exchange, so that a node receives what it has subscribed to
 * and nothing else; some channels are fanout exchanges of their own instead, which is how Kombu, and so Python, does it.
 * None of the exchanges outlives RabbitMQ. A node that subscribes has one exclusive queue; one that only publishes has none.
 *
 * <p>Messages go out on one connection and come in on another, since RabbitMQ stops to read from who publishes when it is
 * short of memory. Every message is confirmed by RabbitMQ. Messages of one thread arrive in order, across channels, too.
 * While RabbitMQ is away its messages are lost, as its queues are.
 */
public final class RabbitBus implements Bus {
  private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(600);
  private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);

  private final Broker broker;
  private final Publisher publisher;
  private final Subscriber subscriber;

  /** Held while the listener hears of the connection, so that its last news is the last. Nests outside of the links' locks. */
  private final Object news = new Object();

  private volatile @Nullable Listener listener;

  /** Guarded by this. */
  private boolean started;

  private volatile boolean closed;

  /**
   * Connects to nothing yet.
   *
   * @param url {@code amqp://user:password@host:port/virtual-host}, or {@code amqps:} with the certificates that this JVM
   *     trusts
   * @param exchange the name of the direct exchange
   * @param fanouts the channels that are fanout exchanges of that name
   * @throws IllegalArgumentException if the URL is wrong
   */
  public RabbitBus(URI url, String exchange, Set<String> fanouts) {
    this.broker = new Broker(new Address(url), exchange, fanouts);
    this.publisher = new Publisher(broker, this);
    this.subscriber = new Subscriber(broker, this);
  }

  @Override
  public synchronized void start(Listener listener) {
    this.listener = listener;
    started = true;
    publisher.start();
  }

  @Nullable
  Listener listener() {
    return listener;
  }

  /** What is published is sent. */
  void publishing() {
    subscriber.allow();
    connected();
  }

  /** One of the connections is there. */
  void connected() {
    Listener to = listener;
    synchronized (news) {
      if (to != null && !closed && publisher.up() && subscriber.satisfied()) {
        to.onConnected();
      }
    }
  }

  /** One of the connections is not there. */
  void disconnected(String why) {
    Listener to = listener;
    synchronized (news) {
      if (to != null && !closed) {
        to.onDisconnected(why);
      }
    }
  }

  /** Messages did not come through, though the connections are there. */
  void missed(String why) {
    synchronized (news) {
      disconnected(why);
      connected();
    }
  }

  @Override
  public CompletionStage<@Nullable Void> publish(String channel, byte[] message) {
    return publisher.publish(channel, message);
  }

  @Override
  public CompletionStage<@Nullable Void> subscribe(String channel) {
    return subscriber.subscribe(channel);
  }

  @Override
  public void unsubscribe(String channel) {
    subscriber.unsubscribe(channel);
  }

  /** @return {@link #UNKNOWN}: RabbitMQ tells nobody who is bound to what */
  @Override
  public CompletionStage<Integer> subscribers(String channel) {
    return CompletableFuture.completedFuture(UNKNOWN);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed || !started) {
        return;
      }
    }
    long now = System.nanoTime();
    try {
      publisher.drain(now + DRAIN_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closed = true;
    publisher.end();
    subscriber.close();
    publisher.awaitEnd(now + CLOSE_NANOS);
    subscriber.awaitEnd(now + CLOSE_NANOS);
    broker.close();
  }
}
