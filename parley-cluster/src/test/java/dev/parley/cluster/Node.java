package dev.parley.cluster;

import dev.parley.Namespace;
import dev.parley.ParleyBuilder;
import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** One server of a cluster under test; its clients are in memory, its bus is the one under test. */
public final class Node implements AutoCloseable {
  private static final List<Node> OPEN = new CopyOnWriteArrayList<>();

  private final Cluster cluster;
  private final ParleyTest test;

  public Node(Wire wire, ClusterOptions options, Consumer<ParleyBuilder> more) {
    this.cluster = Cluster.over(wire, options);
    this.test = ParleyTest.blocking(
        builder -> {
          builder.adapter(cluster);
          more.accept(builder);
        },
        server -> {});
    OPEN.add(this);
  }

  /** Lets the clients of all nodes take what came for them; they are passive. */
  static void settleAll() {
    OPEN.forEach(node -> node.test.settle());
  }

  public Cluster cluster() {
    return cluster;
  }

  public ParleyTest test() {
    return test;
  }

  public Namespace root() {
    return test.server().of("/");
  }

  public Namespace of(String namespace) {
    return test.server().of(namespace);
  }

  /** A client that has joined the namespace {@code /} and these rooms. */
  public TestClient client(String... rooms) {
    return join(test.connect(), root(), rooms);
  }

  public TestClient clientOf(String namespace, String... rooms) {
    return join(test.connect(namespace), of(namespace), rooms);
  }

  private TestClient join(TestClient client, Namespace namespace, String... rooms) {
    namespace.socket(client.id()).orElseThrow().join(rooms);
    return client;
  }

  @Override
  public void close() {
    OPEN.remove(this);
    test.close();
  }
}
