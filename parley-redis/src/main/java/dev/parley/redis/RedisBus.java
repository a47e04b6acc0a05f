package dev.parley.redis;

import dev.parley.cluster.Bus;
import io.lettuce.core.RedisURI;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bus over Redis's PUBLISH and SUBSCRIBE, or their sharded forms; on one Redis, with sentinels, or on a Redis cluster. Redis
 * keeps nothing of it: what is published while a node is not connected does not reach that node.
 *
 * <p>One connection publishes, and a second one subscribes once there is a channel to subscribe to; on a Redis cluster there is
 * the first to each node that may be needed, and the second to each that has a channel. The bus is connected if all of them
 * are, and all subscriptions confirmed. Attempts are at most half a second apart, for ever, and take 1.2 seconds at most; a
 * connection on which Redis says nothing for five seconds though it was asked is given up, also if it looks fine.
 *
 * <p>At most 100,000 messages wait for an answer of one Redis; one more fails at once, and so does every message while there is
 * no connection. A message that waited while the connection was lost counts as failed, though Redis may have had it. What
 * another node published before this one had its subscriptions again is missing here, and counted by nobody.
 *
 * <p>What one thread publishes arrives in its order; on a Redis cluster with sharded messages, what it publishes on one
 * channel. Messages are handed over on the thread that reads them, and a listener that is slow slows Redis's sending: Redis
 * drops a connection for which it must keep too much, by default 32 MB, or 8 MB for a minute.
 *
 * <p>A bus has five threads at most, all daemons.
 */
public final class RedisBus implements Bus {
  private static final long DRAIN_MILLIS = 500;
  private static final long CLOSE_MILLIS = 400;

  /** Which commands carry the messages. */
  public enum Mode {
    /** {@code PUBLISH}: any node of a Redis cluster takes a message, and all nodes get it. */
    CLASSIC,
    /** {@code SPUBLISH}, from Redis 7 on: a message stays on the node of a Redis cluster that owns the channel. */
    SHARDED
  }

  private final Mode mode;

  /** Whether every node of a Redis cluster is needed, not just any. */
  private final boolean needsAll;

  private final RedisAddress address;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What there is from the start on; a bus that was made and not started costs nothing. */
  private volatile @Nullable Running running;

  /** Which nodes there are, and which of them has which channel; null until that is known. Written on the lane. */
  private volatile @Nullable Layout layout;

  /** What was asked for; done when Redis has confirmed it. On the lane. */
  private final Map<String, CompletableFuture<@Nullable Void>> channels = new HashMap<>();

  /** What the listener knows. On the lane. */
  private boolean connected;

  /** @param topology null without a Redis cluster */
  private record Running(
      Listener listener, Connections connections, @Nullable Topology topology) {}

  /**
   * @param slots the owner of each slot; null without a Redis cluster
   * @param sharded whether channels belong to slots, else the first of the nodes has all
   */
  private record Layout(
      Map<RedisURI, RedisNode> nodes,
      RedisNode first,
      RedisNode @Nullable [] slots,
      boolean sharded) {
    RedisNode of(String channel) {
      return sharded ? ofKey(channel) : first;
    }

    RedisNode ofKey(String key) {
      RedisNode[] owners = slots;
      if (owners == null) {
        return first;
      }
      RedisNode owner = owners[SlotHash.getSlot(key)];
      return owner == null ? first : owner;
    }

    boolean connected(boolean all) {
      return all ? nodes.values().stream().allMatch(RedisNode::connected) : first.connected();
    }
  }

  /**
   * @param url such as {@code redis://user:password@host:6379}; the schemes are those of {@link RedisWireProvider}
   * @throws IllegalArgumentException if it cannot be read
   */
  public RedisBus(String url, Mode mode) {
    this(RedisAddress.of(url), mode);
  }

  RedisBus(RedisAddress address, Mode mode) {
    this(address, mode, false);
  }

  /** @param keys whether there is more than channels: keys belong to nodes of a Redis cluster, whatever the mode */
  RedisBus(RedisAddress address, Mode mode, boolean keys) {
    this.mode = Objects.requireNonNull(mode);
    this.needsAll = keys || mode == Mode.SHARDED;
    this.address = Objects.requireNonNull(address);
  }

  @Override
  public void start(Listener listener) {
    Connections connections = new Connections();
    Topology topology =
        address.cluster() ? new Topology(connections, address.seeds(), new FromTopology()) : null;
    Running it = new Running(listener, connections, topology);
    running = it;
    connections.post(() -> {
      if (topology == null) {
        RedisURI only = address.seeds().get(0);
        RedisNode node = newNode(it, only);
        layout = new Layout(Map.of(only, node), node, null, false);
        node.start();
      } else {
        topology.start();
      }
    });
  }

  private RedisNode newNode(Running it, RedisURI uri) {
    return new RedisNode(it.connections, uri, mode, new FromNode(it));
  }

  /** Runs this on the lane. @return false if it will not run, as the bus is closed */
  private boolean post(Runnable task) {
    Running it = running;
    if (it == null) {
      throw new IllegalStateException("the bus was not started");
    }
    return it.connections.post(task);
  }

  @Override
  public CompletionStage<@Nullable Void> publish(String channel, byte[] message) {
    Layout present = layout;
    return present == null ? Failures.unreachable() : present.of(channel).publish(channel, message);
  }

  /** Adds an entry to a stream, on the connection that publishes. */
  CompletionStage<@Nullable Void> append(String stream, XAddArgs how, Map<String, byte[]> fields) {
    Layout present = layout;
    return present == null
        ? Failures.unreachable()
        : present.ofKey(stream).append(stream, how, fields);
  }

  /** What a reader of streams shares with this bus, once it was started: threads, and the lane. */
  Connections connections() {
    Running it = running;
    if (it == null) {
      throw new IllegalStateException("the bus was not started");
    }
    return it.connections;
  }

  /** Makes another connection to the Redis that has this key. */
  CompletionStage<StatefulRedisConnection<String, byte[]>> connectTo(String key) {
    Layout present = layout;
    return present == null ? Failures.unreachable() : connections().connect(present.ofKey(key).uri);
  }

  /** Something is not where it was said to be. */
  void suspect() {
    Running it = running;
    if (it != null && it.topology != null) {
      it.topology.suspect();
    }
  }

  @Override
  public CompletionStage<Integer> subscribers(String channel) {
    Layout present = layout;
    if (present == null) {
      return Failures.unreachable();
    }
    if (mode == Mode.SHARDED) {
      return present.of(channel).subscribers(channel);
    }
    // Each node of a Redis cluster counts its own; one that cannot be reached has no subscribers
    // any more.
    CompletionStage<Integer> sum = present.first().subscribers(channel);
    for (RedisNode node : present.nodes().values()) {
      if (node != present.first()) {
        sum = sum.thenCombine(node.subscribers(channel).exceptionally(error -> 0), Integer::sum);
      }
    }
    return sum;
  }

  @Override
  public CompletionStage<@Nullable Void> subscribe(String channel) {
    CompletableFuture<@Nullable Void> confirmed = new CompletableFuture<>();
    boolean taken = post(() -> {
      if (closed.get()) {
        confirmed.completeExceptionally(over());
        return;
      }
      CompletableFuture<@Nullable Void> known = channels.putIfAbsent(channel, confirmed);
      Layout present = layout;
      if (known != null) {
        known.whenComplete((done, error) -> confirmed.complete(null));
      } else if (present != null) {
        present.of(channel).subscribe(channel, confirmed);
      }
    });
    if (!taken) {
      confirmed.completeExceptionally(over());
    }
    return confirmed;
  }

  private static IllegalStateException over() {
    return new IllegalStateException("the bus is closed");
  }

  @Override
  public void unsubscribe(String channel) {
    post(() -> {
      CompletableFuture<@Nullable Void> waiting = channels.remove(channel);
      Layout present = layout;
      if (waiting != null) {
        waiting.completeExceptionally(new IllegalStateException("unsubscribed"));
        if (present != null) {
          present.of(channel).unsubscribe(channel);
        }
      }
    });
  }

  private final class FromNode implements RedisNode.Owner {
    private final Running it;

    FromNode(Running it) {
      this.it = it;
    }

    @Override
    public void onMessage(String channel, byte[] message) {
      it.listener.onMessage(channel, message);
    }

    @Override
    public void onChange(@Nullable String why) {
      if (why != null) {
        onMoved();
      }
      tell(why);
    }

    @Override
    public void onMoved() {
      suspect();
    }
  }

  /** Tells the listener what it does not know yet. */
  private void tell(@Nullable String why) {
    Running it = running;
    Layout present = layout;
    if (it == null || closed.get()) {
      return;
    }
    if (present != null && present.connected(needsAll)) {
      if (!connected) {
        connected = true;
        it.listener.onConnected();
      }
    } else if (why != null) {
      connected = false;
      it.listener.onDisconnected(why);
    }
  }

  private final class FromTopology implements Topology.Observer {
    @Override
    public void onView(Topology.View view) {
      apply(view);
      tell(null);
    }

    @Override
    public void onFailure(String why) {
      tell(why);
    }
  }

  /** Keeps the nodes that are still there, and takes the channels where they belong now. */
  private void apply(Topology.View view) {
    Running it = running;
    if (it == null) {
      return;
    }
    Layout before = layout;
    Map<RedisURI, RedisNode> old = before == null ? Map.of() : before.nodes();
    Map<RedisURI, RedisNode> nodes = new HashMap<>();
    List<RedisNode> added = new ArrayList<>();
    for (RedisURI uri : mode == Mode.SHARDED ? view.owners() : view.nodes()) {
      RedisNode known = old.get(uri);
      if (known == null) {
        known = newNode(it, uri);
        added.add(known);
      }
      nodes.put(uri, known);
    }
    if (nodes.isEmpty()) {
      return;
    }
    RedisNode first = first(before, nodes);
    RedisNode[] slots = new RedisNode[SlotHash.SLOT_COUNT];
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = nodes.get(view.owner(slot));
    }
    Layout after = new Layout(nodes, first, slots, mode == Mode.SHARDED);
    layout = after;
    added.forEach(RedisNode::start);
    channels.forEach((channel, confirmed) -> {
      RedisNode to = after.of(channel);
      RedisNode from = before == null ? null : before.of(channel);
      if (from != to) {
        to.subscribe(channel, confirmed);
        if (from != null) {
          from.unsubscribe(channel);
        }
      }
    });
    old.values().stream().filter(node -> !nodes.containsValue(node)).forEach(RedisNode::close);
  }

  /**
   * The one that has all channels: the present one if it is up, or will be in a moment, as moving the channels costs messages;
   * else any that is up, else any.
   */
  private static RedisNode first(@Nullable Layout before, Map<RedisURI, RedisNode> nodes) {
    if (before != null
        && nodes.containsValue(before.first)
        && (before.first.connected() || before.first.hears())) {
      return before.first;
    }
    List<RedisNode> all = List.copyOf(nodes.values());
    List<RedisNode> up = all.stream().filter(RedisNode::connected).toList();
    List<RedisNode> from = up.isEmpty() ? all : up;
    return from.get(ThreadLocalRandom.current().nextInt(from.size()));
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Running it = running;
    if (it == null) {
      return;
    }
    // One of its own threads would wait for itself.
    boolean mayWait = !it.connections.isOwnThread();
    Layout present = layout;
    if (mayWait && present != null) {
      await(all(present.nodes().values(), RedisNode::drained), DRAIN_MILLIS);
    }
    CompletableFuture<@Nullable Void> down = new CompletableFuture<>();
    it.connections.post(() -> {
      channels.values().forEach(waiting -> waiting.completeExceptionally(over()));
      if (it.topology != null) {
        it.topology.close();
      }
      Layout last = layout;
      layout = null;
      all(last == null ? Set.of() : last.nodes().values(), RedisNode::close)
          .thenCompose(done -> it.connections.close())
          .whenComplete((done, error) -> down.complete(null));
    });
    if (mayWait) {
      await(down, CLOSE_MILLIS);
    }
  }

  private static CompletableFuture<?> all(
      Collection<RedisNode> nodes, Function<RedisNode, CompletionStage<?>> end) {
    return CompletableFuture.allOf(nodes.stream()
        .map(node -> end.apply(node).toCompletableFuture())
        .toArray(CompletableFuture<?>[]::new));
  }

  private static void await(CompletableFuture<?> end, long millis) {
    try {
      end.get(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Redis is away: what it did not get is lost, as the stages of those messages tell.
    }
  }
}
