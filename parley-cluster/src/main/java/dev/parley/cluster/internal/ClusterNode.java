package dev.parley.cluster.internal;

import dev.parley.cluster.Bus;
import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.Format;
import dev.parley.protocol.ProtocolException;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.LocalSockets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * One process in a cluster: it hands what comes from the bus to the namespace that it is for, and ticks. A server and an
 * emitter are both such nodes; an emitter without a reply address subscribes to nothing and needs no tick.
 */
public final class ClusterNode implements AutoCloseable {
  private static final long TICK_MILLIS = 100;

  final Bus bus;
  final Format format;
  final ClusterOptions options;
  final Traffic traffic;
  private final LongSupplier clock;
  private final Map<String, ClusterAdapter> adapters = new ConcurrentHashMap<>();

  /** How many namespaces and rooms need a channel. Guarded by itself. */
  private final Map<String, Shared> channels = new HashMap<>();

  /** A channel that is subscribed to. */
  private static final class Shared {
    final CompletableFuture<?> confirmed;
    int users;

    Shared(CompletableFuture<?> confirmed) {
      this.confirmed = confirmed;
    }
  }

  private final @Nullable ScheduledThreadPoolExecutor timer;

  /** Guarded by this. */
  private boolean started;

  /** Known with the first namespace; all namespaces of a server write alike. */
  private volatile @Nullable Bodies bodies;

  private volatile boolean closed;

  /** @param clock nanoseconds moved by hand, with {@link #tick}; null for the real ones and a thread that ticks */
  public ClusterNode(
      Bus bus,
      Format format,
      ClusterOptions options,
      boolean listens,
      @Nullable LongSupplier clock) {
    this.bus = bus;
    this.format = format;
    this.options = options;
    this.traffic = new Traffic(bus, options);
    this.clock = clock != null ? clock : System::nanoTime;
    this.timer = clock == null && listens ? ticking() : null;
  }

  private ScheduledThreadPoolExecutor ticking() {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "parley-cluster");
      thread.setDaemon(true);
      return thread;
    });
    executor.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    return executor;
  }

  /** A namespace of a server. */
  public ClusterAdapter serve(LocalSockets local) {
    return add(new ClusterAdapter(this, local, format.newNodeId(), ClusterAdapter.Role.SERVER));
  }

  /** A namespace of an emitter. */
  public ClusterAdapter emit(LocalSockets nobody, String nodeId, boolean replies) {
    ClusterAdapter.Role role =
        replies ? ClusterAdapter.Role.ASKING_EMITTER : ClusterAdapter.Role.EMITTER;
    return add(new ClusterAdapter(this, nobody, nodeId, role));
  }

  private ClusterAdapter add(ClusterAdapter adapter) {
    claim(adapter.bodies());
    // A dynamic namespace that emptied may still be there for a moment when its successor comes.
    adapters.put(adapter.namespace(), adapter);
    start();
    adapter.open();
    return adapter;
  }

  /** A second server would take the first one's namespaces away. */
  private synchronized void claim(Bodies of) {
    if (bodies != null && bodies != of) {
      throw new IllegalStateException("a cluster belongs to one server, and this one has another");
    }
    bodies = of;
  }

  private synchronized void start() {
    if (!started) {
      started = true;
      bus.start(new FromBus());
    }
  }

  void remove(ClusterAdapter adapter) {
    adapters.remove(adapter.namespace(), adapter);
  }

  /**
   * Subscribes to what several may need: a namespace and the one that replaces it, or {@code /a#b} and the room {@code b}
   * of {@code /a}.
   */
  CompletionStage<?> subscribe(List<String> names) {
    CompletableFuture<?>[] all = new CompletableFuture<?>[names.size()];
    synchronized (channels) {
      for (int i = 0; i < all.length; i++) {
        Shared shared = channels.computeIfAbsent(
            names.get(i), name -> new Shared(bus.subscribe(name).toCompletableFuture()));
        shared.users++;
        all[i] = shared.confirmed;
      }
    }
    return CompletableFuture.allOf(all);
  }

  void unsubscribe(Collection<String> names) {
    synchronized (channels) {
      for (String name : names) {
        Shared shared = channels.get(name);
        if (shared != null && --shared.users == 0) {
          channels.remove(name);
          bus.unsubscribe(name);
        }
      }
    }
  }

  long now() {
    return clock.getAsLong();
  }

  /** Lets time pass: ends questions, sends heartbeats, buries the dead. */
  public void tick() {
    long now = now();
    for (ClusterAdapter adapter : adapters.values()) {
      try {
        adapter.tick(now);
      } catch (RuntimeException | Error e) {
        // The next one must come, or no question ends any more.
        ClusterAdapter.LOG.log(System.Logger.Level.ERROR, "a tick failed", e);
      }
    }
  }

  public ClusterHealth health() {
    return traffic.health(
        format.membership() == Format.Membership.HEARTBEATS
            ? adapters.values().stream().mapToInt(ClusterAdapter::members).max().orElse(0)
            : -1);
  }

  /** Completes when the broker has all that was published before; fails if something was lost since the last call. */
  public CompletableFuture<@Nullable Void> flush() {
    return traffic.flush();
  }

  private final class FromBus implements Bus.Listener {
    @Override
    public void onMessage(String channel, byte[] message) {
      if (closed) {
        return;
      }
      if (message.length > options.maxMessageBytes()) {
        traffic.rejected(
            channel,
            message.length + " bytes, at most " + options.maxMessageBytes() + " are allowed");
        return;
      }
      try {
        dispatch(channel, message);
      } catch (ProtocolException e) {
        traffic.rejected(channel, e.getMessage());
      } catch (JacksonException e) {
        traffic.rejected(channel, "malformed: " + e.getClass().getSimpleName());
      } catch (RuntimeException | Error e) {
        // A room listener of the user may throw anything, and the bus has one thread.
        traffic.rejected(channel, e.toString());
        ClusterAdapter.LOG.log(System.Logger.Level.DEBUG, "a message from the bus failed", e);
      }
    }

    @Override
    public void onConnected() {
      traffic.connected();
      adapters.values().forEach(ClusterAdapter::onConnected);
    }

    @Override
    public void onDisconnected(String why) {
      traffic.disconnected(why);
    }
  }

  private void dispatch(String channel, byte[] message) {
    Bodies payloads = bodies;
    Format.Received received = payloads == null ? null : format.decode(channel, message, payloads);
    if (received == null) {
      return;
    }
    ClusterAdapter adapter = adapters.get(received.namespace());
    if (adapter == null) {
      return;
    }
    if (received.from().equals(adapter.id())) {
      adapter.echoed(received.message());
    } else {
      traffic.received();
      adapter.receive(received.from(), received.message());
    }
  }

  @Override
  public void close() {
    closed = true;
    adapters.values().forEach(ClusterAdapter::close);
    if (timer != null) {
      timer.shutdownNow();
    }
    synchronized (this) {
      if (!started) {
        return;
      }
    }
    traffic.close();
  }
}
