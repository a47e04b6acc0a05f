package dev.parley.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.parley.cluster.Bus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hears what is published. The node has one queue, which dies with its connection, and a binding for each channel. What
 * should be bound is compared with what is, so that a room that comes and goes quickly costs nothing.
 *
 * <p>A node that takes messages more slowly than they come makes its queue grow, up to a bound; then RabbitMQ drops the
 * oldest. It puts what it drops into a second queue, of one message: that one tells this node that it has missed something.
 */
final class Subscriber extends Link {
  /** The most that waits for this node in RabbitMQ. */
  private static final long MAX_QUEUE_BYTES = 64 << 20;

  /** The most messages on their way, or waiting in this process. */
  private static final int PREFETCH = 250;

  private static final int ACK_MESSAGES = 50;
  private static final int ACK_BYTES = 1 << 20;
  private static final long ACK_MILLIS = 5_000;

  /** After so many RabbitMQ is waited for: all of a crowded node take longer than it has for one answer. */
  private static final int BIND_AT_ONCE = 1_000;

  private static final int UNBIND_AT_ONCE = 50;
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Broker broker;
  private final RabbitBus bus;

  /** What is asked for, in this order; done when RabbitMQ has bound it. Guarded by this. */
  private final Map<String, CompletableFuture<@Nullable Void>> channels = new LinkedHashMap<>();

  /** Channels that were asked for, or not any more, since the thread has looked. Guarded by this. */
  private final Set<String> changed = new LinkedHashSet<>();

  /** Channels whose routing keys are not their names, by routing key. */
  private final Map<String, String> longNames = new ConcurrentHashMap<>();

  /** Whether anything was ever asked for. Guarded by this. */
  private boolean wanted;

  /** Guarded by this. */
  private boolean allowed;

  /** Guarded by this. */
  private boolean closed;

  /** Whether the present connection has, or had, all that was asked for. */
  private volatile boolean ready;

  Subscriber(Broker broker, RabbitBus bus) {
    super(broker, "subscriber");
    this.broker = broker;
    this.bus = bus;
  }

  /** Whether nothing is missing: nobody has asked for anything, or it is bound. */
  synchronized boolean satisfied() {
    return ready || !wanted;
  }

  synchronized CompletableFuture<@Nullable Void> subscribe(String channel) {
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("the bus is closed"));
    }
    CompletableFuture<@Nullable Void> known = channels.get(channel);
    if (known != null) {
      return known.copy();
    }
    CompletableFuture<@Nullable Void> added = new CompletableFuture<>();
    channels.put(channel, added);
    change(channel);
    if (!wanted) {
      wanted = true;
      if (allowed) {
        start();
      }
    }
    return added.copy();
  }

  /** From now on it may connect: who hears that a subscription is done may want to say so. */
  synchronized void allow() {
    if (!allowed) {
      allowed = true;
      if (wanted) {
        start();
      }
    }
  }

  /** Under the lock. */
  private void change(String channel) {
    changed.add(channel);
    notifyAll();
  }

  void unsubscribe(String channel) {
    CompletableFuture<@Nullable Void> known;
    synchronized (this) {
      known = channels.remove(channel);
      if (known != null) {
        change(channel);
      }
    }
    if (known != null) {
      known.completeExceptionally(new IllegalStateException("unsubscribed"));
    }
  }

  @Override
  void serve(Connection connection, Channel channel) throws IOException, InterruptedException {
    broker.declareExchanges(channel);
    String queue = "parley." + UUID.randomUUID();
    String dropped = queue + ".dropped";
    channel.queueDeclare(dropped, false, true, true, Map.of("x-max-length", 1));
    channel.queueDeclare(
        queue,
        false,
        true,
        true,
        Map.of(
            "x-max-length-bytes",
            MAX_QUEUE_BYTES,
            "x-overflow",
            "drop-head",
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            dropped));
    Channel warnings =
        connection.openChannel().orElseThrow(() -> new IOException("RabbitMQ allows no channel"));
    warnings.addShutdownListener(this::broken);
    warnings.basicQos(1);
    channel.basicQos(PREFETCH);
    Receiver receiver = new Receiver(channel, warnings);
    Set<String> bound = new HashSet<>();
    try {
      List<String> first;
      synchronized (this) {
        first = List.copyOf(channels.keySet());
        changed.clear();
      }
      bind(channel, queue, bound, first);
      warnings.basicConsume(dropped, false, receiver.ofDropped());
      channel.basicConsume(queue, false, receiver);
      succeeded();
      ready = true;
      confirm(first);
      bus.connected();
      for (List<String> next = takeChanged(); next != null; next = takeChanged()) {
        bind(channel, queue, bound, next);
        confirm(next);
        receiver.acknowledge();
      }
    } finally {
      // What is still on its way through this process came before what the next connection brings.
      receiver.live = false;
    }
  }

  /** @return none after a while in which nothing has changed; null if there is nothing more to do */
  private synchronized @Nullable List<String> takeChanged() throws InterruptedException {
    if (usable() && changed.isEmpty()) {
      wait(ACK_MILLIS);
    }
    if (!usable()) {
      return null;
    }
    List<String> taken = List.copyOf(changed);
    changed.clear();
    return taken;
  }

  /**
   * Makes of these channels what they should be; RabbitMQ has bound what is to be bound when this returns. A crowd that leaves
   * must not hold up who comes: so only some bindings go at once, and the others are looked at again.
   */
  private void bind(Channel channel, String queue, Set<String> bound, Collection<String> names)
      throws IOException {
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (String name : names) {
      if (isWanted(name)) {
        if (bound.add(name)) {
          added.add(name);
        }
      } else if (bound.contains(name)) {
        removed.add(name);
      }
    }
    // Many are on their way at once, and the answer to the last is that to all.
    for (int i = 0; i < added.size(); i++) {
      String name = added.get(i);
      String key = broker.routingKey(name);
      if (!key.isEmpty() && !key.equals(name)) {
        longNames.put(key, name);
      }
      if (i < added.size() - 1 && (i + 1) % BIND_AT_ONCE != 0) {
        channel.queueBindNoWait(queue, broker.exchange(name), key, null);
      } else {
        channel.queueBind(queue, broker.exchange(name), key);
      }
    }
    int now = Math.min(removed.size(), UNBIND_AT_ONCE);
    for (String name : removed.subList(0, now)) {
      bound.remove(name);
      channel.queueUnbind(queue, broker.exchange(name), broker.routingKey(name));
      longNames.remove(broker.routingKey(name));
    }
    if (now < removed.size()) {
      synchronized (this) {
        changed.addAll(removed.subList(now, removed.size()));
      }
    }
  }

  private synchronized boolean isWanted(String name) {
    return channels.containsKey(name);
  }

  private void confirm(Collection<String> names) {
    List<CompletableFuture<@Nullable Void>> done = new ArrayList<>();
    synchronized (this) {
      for (String name : names) {
        CompletableFuture<@Nullable Void> asked = channels.get(name);
        // One that was asked for again meanwhile is bound, too, or among the changes.
        if (asked != null && !changed.contains(name)) {
          done.add(asked);
        }
      }
    }
    done.forEach(each -> each.complete(null));
  }

  /** Messages come on the one thread that hands them over. */
  private final class Receiver extends DefaultConsumer {
    private final Channel warnings;
    volatile boolean live = true;

    /** The last one that was taken. Guarded by this. */
    private long lastTag;

    /** Guarded by this. */
    private int unackedMessages;

    /** Guarded by this. */
    private long unackedBytes;

    /** The delivery that told of dropped messages; 0 if none. While it is not acknowledged, no other comes. Guarded by this. */
    private long warning;

    /** Guarded by this. */
    private long warnedAt;

    Receiver(Channel channel, Channel warnings) {
      super(channel);
      this.warnings = warnings;
    }

    @Override
    public void handleDelivery(
        String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
        throws IOException {
      Bus.Listener to = bus.listener();
      if (!live || to == null) {
        return;
      }
      String key = envelope.getRoutingKey();
      to.onMessage(
          broker.isFanout(envelope.getExchange())
              ? envelope.getExchange()
              : longNames.getOrDefault(key, key),
          body);
      synchronized (this) {
        lastTag = envelope.getDeliveryTag();
        unackedMessages++;
        unackedBytes += body.length;
        if (unackedMessages >= ACK_MESSAGES || unackedBytes >= ACK_BYTES) {
          acknowledge();
        }
      }
    }

    /** Any thread: where little comes, RabbitMQ shall not think that this node hangs. */
    synchronized void acknowledge() throws IOException {
      if (unackedMessages > 0) {
        getChannel().basicAck(lastTag, true);
        unackedMessages = 0;
        unackedBytes = 0;
      }
      if (warning != 0 && System.nanoTime() - warnedAt > REPORT_NANOS) {
        warnings.basicAck(warning, false);
        warning = 0;
      }
    }

    DefaultConsumer ofDropped() {
      return new DefaultConsumer(warnings) {
        @Override
        public void handleDelivery(
            String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
          if (live) {
            warned(envelope.getDeliveryTag());
            bus.missed(
                "this node was slow to take its messages, and RabbitMQ has dropped some that "
                    + "made more than " + MAX_QUEUE_BYTES + " bytes wait");
          }
        }
      };
    }

    private synchronized void warned(long tag) {
      warning = tag;
      warnedAt = System.nanoTime();
    }

    @Override
    public void handleCancel(String consumerTag) {
      broken(new IOException("the queue of this node was deleted"));
    }
  }

  @Override
  void onDown(String why) {
    ready = false;
    bus.disconnected(why);
  }

  /** Whoever still waits for a channel hears that it will not come. */
  void close() {
    List<CompletableFuture<@Nullable Void>> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(channels.values());
      channels.clear();
    }
    open.forEach(
        each -> each.completeExceptionally(new IllegalStateException("the bus is closed")));
    end();
  }
}
