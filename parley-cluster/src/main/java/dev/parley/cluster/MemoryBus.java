package dev.parley.cluster;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins servers in one JVM, for tests and for examples that need no broker. Buses of one {@link Hub} hear each other.
 * Messages are handed over by the thread that publishes, or by one that is handing over already. At most 100,000 wait;
 * one more fails.
 */
public final class MemoryBus implements Bus {
  private static final System.Logger LOG = System.getLogger(MemoryBus.class.getName());

  private static final int MOST_WAITING = 100_000;

  private static final Map<String, Hub> HUBS = new ConcurrentHashMap<>();

  private final Hub hub;
  private @Nullable Listener listener;

  /** Guarded by the hub. */
  private final Set<String> channels = new HashSet<>();

  public MemoryBus(Hub hub) {
    this.hub = hub;
  }

  /** The hub of this name in this JVM; all who ask for it share it. */
  public static Hub hub(String name) {
    return HUBS.computeIfAbsent(name, key -> new Hub());
  }

  @Override
  public void start(Listener listener) {
    this.listener = listener;
    if (hub.add(this)) {
      listener.onConnected();
    } else {
      listener.onDisconnected("the hub is down");
    }
  }

  @Override
  public CompletionStage<@Nullable Void> publish(String channel, byte[] message) {
    String problem = hub.publish(channel, message);
    return problem == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(new IllegalStateException(problem));
  }

  @Override
  public CompletionStage<@Nullable Void> subscribe(String channel) {
    synchronized (hub) {
      channels.add(channel);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void unsubscribe(String channel) {
    synchronized (hub) {
      channels.remove(channel);
    }
  }

  @Override
  public CompletionStage<Integer> subscribers(String channel) {
    return CompletableFuture.completedFuture(hub.subscribers(channel));
  }

  @Override
  public void close() {
    hub.remove(this);
  }

  /** What takes the place of a broker. Thread-safe. */
  public static final class Hub {
    private record Delivery(MemoryBus to, String channel, byte[] message) {}

    /** Guarded by this. */
    private final Map<MemoryBus, Listener> buses = new HashMap<>();

    /** Guarded by this. */
    private final Queue<Delivery> queue = new ArrayDeque<>();

    /** Guarded by this. */
    private boolean delivering;

    /** Guarded by this. */
    private boolean down;

    private synchronized boolean add(MemoryBus bus) {
      Listener listener = bus.listener;
      if (listener != null) {
        buses.put(bus, listener);
      }
      return !down;
    }

    private synchronized void remove(MemoryBus bus) {
      buses.remove(bus);
    }

    private synchronized int subscribers(String channel) {
      return (int)
          buses.keySet().stream().filter(bus -> bus.channels.contains(channel)).count();
    }

    /** @return why it was not published, or null */
    private @Nullable String publish(String channel, byte[] message) {
      synchronized (this) {
        if (down) {
          return "the hub is down";
        }
        if (queue.size() >= MOST_WAITING) {
          return MOST_WAITING + " messages wait for their listeners";
        }
        for (MemoryBus bus : buses.keySet()) {
          if (bus.channels.contains(channel)) {
            queue.add(new Delivery(bus, channel, message));
          }
        }
        if (delivering) {
          return null;
        }
        delivering = true;
      }
      deliver();
      return null;
    }

    /** One thread at a time, and without the lock: what hears a message may publish another. */
    private void deliver() {
      while (true) {
        Delivery next;
        Listener listener;
        synchronized (this) {
          next = queue.poll();
          if (next == null) {
            delivering = false;
            return;
          }
          listener = buses.get(next.to);
        }
        if (listener != null) {
          hand(next, listener);
        }
      }
    }

    private static void hand(Delivery delivery, Listener listener) {
      try {
        listener.onMessage(delivery.channel, delivery.message);
      } catch (RuntimeException broken) {
        // The others, and the messages behind this one, have nothing to do with it.
        LOG.log(System.Logger.Level.ERROR, "a listener of the bus failed", broken);
      }
    }

    /** As if the broker had died: what is published is lost, until {@link #up()}. */
    public void down() {
      List<Listener> all;
      synchronized (this) {
        down = true;
        queue.clear();
        all = List.copyOf(buses.values());
      }
      all.forEach(listener -> listener.onDisconnected("the hub is down"));
    }

    /** As if the broker was back. */
    public void up() {
      List<Listener> all;
      synchronized (this) {
        down = false;
        all = List.copyOf(buses.values());
      }
      all.forEach(Listener::onConnected);
    }
  }
}
