package dev.parley.redis;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cluster.Bus;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several Redis, of which one dies or gives away what it has: a Redis cluster, and a master with a replica. */
class RedisFailoverTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Recorder heard = new Recorder();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private <T extends AutoCloseable> T opened(T it) {
    open.add(it);
    return it;
  }

  private Bus bus(String url, RedisBus.Mode mode) {
    Bus bus = opened(new RedisBus(url, mode));
    bus.start(heard);
    return bus;
  }

  private void awaitMessage(Bus from, String channel, String message) {
    until(message + " on " + channel + ", states " + heard.states, () -> {
      from.publish(channel, message.getBytes(StandardCharsets.UTF_8));
      return heard.messages.contains(channel + " " + message);
    });
  }

  /** A channel whose slot belongs to this node of the cluster. */
  private static String channelOn(int node, int nodes) {
    for (int i = 0; ; i++) {
      if (SlotHash.getSlot("c" + i) * nodes / SlotHash.SLOT_COUNT == node) {
        return "c" + i;
      }
    }
  }

  @Test
  void aChannelFollowsItsSlotToAnotherNode() {
    RedisCluster redis = opened(RedisCluster.started());
    Bus bus = bus(redis.url(), RedisBus.Mode.SHARDED);
    String channel = channelOn(0, 3);
    get(bus.subscribe(channel).toCompletableFuture());
    heard.awaitUp();
    awaitMessage(bus, channel, "before");

    String target = redis.servers().get(1).ask("cluster", "myid");
    String slot = String.valueOf(SlotHash.getSlot(channel));
    for (int each : new int[] {1, 0, 2}) {
      redis.servers().get(each).ask("cluster", "setslot", slot, "node", target);
    }

    awaitMessage(bus, channel, "after");
    until(
        "the new owner counts",
        () -> redis.servers().get(1).ask("pubsub", "shardnumsub", channel).endsWith("1"));
    assertThat(get(bus.subscribers(channel).toCompletableFuture())).isEqualTo(1);
  }

  @Test
  void aDeadNodeOfARedisClusterTakesOnlyItsOwnChannelsAlong() {
    RedisCluster redis = opened(RedisCluster.started());
    Bus bus = bus(redis.allUrl(), RedisBus.Mode.SHARDED);
    String lost = channelOn(1, 3);
    String kept = channelOn(2, 3);
    get(bus.subscribe(lost).toCompletableFuture());
    get(bus.subscribe(kept).toCompletableFuture());
    heard.awaitUp();

    redis.servers().get(1).kill();
    until("the loss is seen", () -> !heard.isUp());
    awaitMessage(bus, kept, "meanwhile");
    redis.servers().get(1).start();

    heard.awaitUp();
    awaitMessage(bus, lost, "again");
  }

  @Test
  void classicMessagesGoOverAnotherNodeWhenOneDies() {
    RedisCluster redis = opened(RedisCluster.started());
    Bus bus = bus(redis.allUrl(), RedisBus.Mode.CLASSIC);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();
    RedisServer used = redis.servers().stream()
        .filter(server -> server.ask("pubsub", "numsub", "a").endsWith("1"))
        .findFirst()
        .orElseThrow();

    used.kill();

    until("the loss is seen", () -> heard.states.size() > 1);
    heard.awaitUp();
    awaitMessage(bus, "a", "over another");
  }

  @Test
  void theReplicaThatSentinelsMakeTheMasterIsFound() throws IOException {
    RedisServer master = opened(RedisServer.started());
    RedisServer replica = opened(RedisServer.started(
        "--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0"));
    until("a replica", () -> replica.ask("info", "replication").contains("master_link_status:up"));
    RedisServer sentinel = opened(new RedisServer("--sentinel"));
    Files.writeString(sentinel.file("sentinel.conf"), """
        sentinel monitor mymaster 127.0.0.1 %d 1
        sentinel down-after-milliseconds mymaster 500
        sentinel failover-timeout mymaster 3000
        """.formatted(master.port()));
    sentinel.startWith(sentinel.file("sentinel.conf"));
    until(
        "the sentinel knows the replica",
        () -> sentinel.ask("info", "sentinel").contains("slaves=1"));
    Bus bus =
        bus("redis-sentinel://127.0.0.1:" + sentinel.port() + "#mymaster", RedisBus.Mode.CLASSIC);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();

    master.kill();
    until("the loss is seen", () -> !heard.isUp());
    heard.awaitUp();

    awaitMessage(bus, "a", "from the new master");
    assertThat(replica.ask("role")).startsWith("master");
  }
}
