package dev.parley.redis;

import static dev.parley.cluster.Eventually.until;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A Redis cluster of three nodes, each with a third of the slots. */
final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisServer> servers =
      IntStream.range(0, 3).mapToObj(i -> clusterServer()).toList();

  private static RedisServer clusterServer() {
    return new RedisServer(
        "--cluster-enabled",
        "yes",
        "--cluster-node-timeout",
        "1000",
        "--cluster-port",
        String.valueOf(RedisServer.freePort()));
  }

  static RedisCluster started() {
    RedisCluster cluster = new RedisCluster();
    List<RedisServer> servers = cluster.servers;
    servers.forEach(RedisServer::start);
    for (int i = 0; i < servers.size(); i++) {
      int from = SLOTS * i / servers.size();
      int to = SLOTS * (i + 1) / servers.size() - 1;
      RedisServer server = servers.get(i);
      server.ask("cluster", "addslotsrange", String.valueOf(from), String.valueOf(to));
      server.ask("config", "set", "cluster-require-full-coverage", "no");
      for (RedisServer other : servers) {
        if (other != server) {
          server.ask(
              "cluster",
              "meet",
              "127.0.0.1",
              String.valueOf(other.port()),
              other
                  .ask("config", "get", "cluster-port")
                  .lines()
                  .skip(1)
                  .findFirst()
                  .orElseThrow());
        }
      }
    }
    until(
        "a Redis cluster",
        () -> servers.stream()
            .map(server -> server.ask("cluster", "info"))
            .allMatch(info -> info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:" + servers.size())
                && info.contains("cluster_slots_ok:" + SLOTS)));
    return cluster;
  }

  List<RedisServer> servers() {
    return servers;
  }

  /** One of its nodes is enough to find the others. */
  String url() {
    return "redis+cluster://127.0.0.1:" + servers.get(0).port();
  }

  String allUrl() {
    return servers.stream()
        .map(server -> "127.0.0.1:" + server.port())
        .collect(Collectors.joining(",", "redis+cluster://", ""));
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
  }
}
