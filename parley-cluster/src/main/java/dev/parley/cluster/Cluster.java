package dev.parley.cluster;

import dev.parley.cluster.internal.ClusterNode;
import dev.parley.server.adapter.Adapter;
import dev.parley.server.adapter.AdapterFactory;
import dev.parley.server.adapter.LocalSockets;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a server one node of a cluster: what is emitted, asked or done on one node reaches the clients of all. Belongs to one
 * server, starts with it and closes with it. Thread-safe.
 *
 * <pre>{@code
 * Parley.builder().listen(8000).adapter(Cluster.at("redis://localhost")).build();
 * }</pre>
 *
 * <p>The broker may be away, at the start or later: local clients are served all the same, and {@link #health()} and the log
 * tell what others do not get.
 */
public final class Cluster implements AdapterFactory {
  private final ClusterNode node;

  private Cluster(ClusterNode node) {
    this.node = node;
  }

  /**
   * A cluster over the bus that the URL names; the module of the bus must be there, for example {@code parley-redis}.
   *
   * @throws IllegalArgumentException if no bus knows the URL, or an option in it is wrong
   */
  public static Cluster at(String url) {
    return at(url, ClusterOptions.DEFAULT);
  }

  public static Cluster at(String url, ClusterOptions options) {
    return over(Wires.open(url), options);
  }

  public static Cluster over(Wire wire) {
    return over(wire, ClusterOptions.DEFAULT);
  }

  public static Cluster over(Wire wire, ClusterOptions options) {
    return new Cluster(new ClusterNode(wire.bus(), wire.format(), options, true, null));
  }

  /** For tests: a cluster for which time passes only when {@link #tick} is called. */
  static Cluster over(Wire wire, ClusterOptions options, @Nullable LongSupplier clock) {
    return new Cluster(new ClusterNode(wire.bus(), wire.format(), options, true, clock));
  }

  void tick() {
    node.tick();
  }

  /** Counts and states; cheap enough to be asked every second. */
  public ClusterHealth health() {
    return node.health();
  }

  @Override
  public Adapter create(LocalSockets local) {
    return node.serve(local);
  }

  @Override
  public void close() {
    node.close();
  }
}
