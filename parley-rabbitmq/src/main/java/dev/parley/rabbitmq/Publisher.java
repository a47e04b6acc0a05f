package dev.parley.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is published, in order, and learns from RabbitMQ what has arrived. A message waits here until its turn, then
 * for its confirm. What a connection took with it when it broke is not sent again: RabbitMQ may have it.
 */
final class Publisher extends Link {
  /** Further ones fail. How many bytes may wait is bounded by the cluster's options. */
  private static final int MAX_PENDING = 100_000;

  /** As Kombu publishes: text/plain and utf-8, persistent, priority 0. */
  private static final AMQP.BasicProperties TEXT = new AMQP.BasicProperties.Builder()
      .contentType("text/plain")
      .contentEncoding("utf-8")
      .deliveryMode(2)
      .priority(0)
      .build();

  /** As Kombu publishes bytes, which a pickle is. */
  private static final AMQP.BasicProperties BYTES = new AMQP.BasicProperties.Builder()
      .contentType("application/data")
      .contentEncoding("binary")
      .deliveryMode(2)
      .priority(0)
      .build();

  /** Between Parley's nodes, whose queues do not outlive RabbitMQ. */
  private static final AMQP.BasicProperties OURS = new AMQP.BasicProperties.Builder()
      .contentType("application/octet-stream")
      .deliveryMode(1)
      .build();

  private final Broker broker;
  private final RabbitBus bus;

  /** Guarded by this. */
  private final Deque<Outgoing> waiting = new ArrayDeque<>();

  /** What was sent, by the number with which RabbitMQ confirms it. Guarded by this. */
  private final NavigableMap<Long, Outgoing> unconfirmed = new TreeMap<>();

  /** RabbitMQ is short of memory or disk, and reads nothing of what is sent. Guarded by this. */
  private boolean blocked;

  /** Guarded by this. */
  private boolean closing;

  private volatile boolean up;

  private record Outgoing(String channel, byte[] message, CompletableFuture<@Nullable Void> done) {}

  Publisher(Broker broker, RabbitBus bus) {
    super(broker, "publisher");
    this.broker = broker;
    this.bus = bus;
  }

  boolean up() {
    return up;
  }

  CompletableFuture<@Nullable Void> publish(String channel, byte[] message) {
    Outgoing outgoing = new Outgoing(channel, message, new CompletableFuture<>());
    synchronized (this) {
      if (closing || !up) {
        return failed(closing ? "the bus is closed" : "RabbitMQ cannot be reached");
      }
      if (waiting.size() + unconfirmed.size() >= MAX_PENDING) {
        return failed("more than " + MAX_PENDING + " messages wait for RabbitMQ");
      }
      waiting.add(outgoing);
      notifyAll();
    }
    return outgoing.done;
  }

  private static CompletableFuture<@Nullable Void> failed(String why) {
    return CompletableFuture.failedFuture(new IllegalStateException(why));
  }

  @Override
  void serve(Connection connection, Channel channel) throws IOException, InterruptedException {
    connection.addBlockedListener(this::blocked, this::unblocked);
    broker.declareExchanges(channel);
    channel.confirmSelect();
    channel.addConfirmListener(
        (number, multiple) -> confirmed(number, multiple, null),
        (number, multiple) -> confirmed(number, multiple, "RabbitMQ has refused it"));
    succeeded();
    synchronized (this) {
      blocked = false;
      up = true;
    }
    bus.publishing();
    for (Outgoing next = take(channel); next != null; next = take(channel)) {
      String exchange = broker.exchange(next.channel);
      channel.basicPublish(
          exchange,
          broker.routingKey(next.channel),
          broker.isFanout(exchange) ? isText(next.message) ? TEXT : BYTES : OURS,
          next.message);
    }
  }

  private static boolean isText(byte[] message) {
    return message.length > 0 && message[0] == '{';
  }

  /** Waits for the next message, which then waits for its confirm. @return null if the channel is not to be used any more */
  private synchronized @Nullable Outgoing take(Channel channel) throws InterruptedException {
    while (usable() && (waiting.isEmpty() || blocked)) {
      wait();
    }
    if (!usable()) {
      return null;
    }
    Outgoing next = waiting.remove();
    unconfirmed.put(channel.getNextPublishSeqNo(), next);
    return next;
  }

  /** @param refused null if RabbitMQ has the messages */
  private void confirmed(long number, boolean multiple, @Nullable String refused) {
    List<Outgoing> done;
    synchronized (this) {
      if (multiple) {
        Collection<Outgoing> all = unconfirmed.headMap(number, true).values();
        done = List.copyOf(all);
        all.clear();
      } else {
        Outgoing one = unconfirmed.remove(number);
        done = one == null ? List.of() : List.of(one);
      }
      if (unconfirmed.isEmpty() && waiting.isEmpty()) {
        notifyAll();
      }
    }
    if (refused == null) {
      done.forEach(each -> each.done.complete(null));
    } else {
      fail(done, refused);
    }
  }

  private static void fail(List<Outgoing> lost, String why) {
    IllegalStateException error = new IllegalStateException(why);
    lost.forEach(each -> each.done.completeExceptionally(error));
  }

  private void blocked(String reason) {
    synchronized (this) {
      blocked = true;
    }
    Broker.LOG.log(
        Level.WARNING,
        "RabbitMQ takes no messages now ({0}); they wait here, and are lost if they become too many",
        reason);
  }

  private void unblocked() {
    synchronized (this) {
      blocked = false;
      notifyAll();
    }
    Broker.LOG.log(Level.INFO, "RabbitMQ takes messages again");
  }

  @Override
  void onDown(String why) {
    List<Outgoing> lost;
    synchronized (this) {
      up = false;
      lost = new ArrayList<>(unconfirmed.values());
      lost.addAll(waiting);
      unconfirmed.clear();
      waiting.clear();
      notifyAll();
    }
    bus.disconnected(why);
    fail(lost, "RabbitMQ went away before it had confirmed it: " + why);
  }

  /** Takes no more, and waits until RabbitMQ has confirmed all, or until then. */
  synchronized void drain(long deadlineNanos) throws InterruptedException {
    closing = true;
    while (up && !(waiting.isEmpty() && unconfirmed.isEmpty())) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }
}
