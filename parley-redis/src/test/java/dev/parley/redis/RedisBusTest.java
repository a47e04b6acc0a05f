package dev.parley.redis;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.Bus;
import dev.parley.cluster.ParleyEmitter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bus alone: what it opens, in which order it brings messages, and what it says of a Redis that does not want. */
class RedisBusTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Recorder heard = new Recorder();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private RedisServer redis(String... more) {
    RedisServer redis = RedisServer.started(more);
    open.add(redis);
    return redis;
  }

  private Bus bus(String url, RedisBus.Mode mode, Bus.Listener listener) {
    Bus bus = new RedisBus(url, mode);
    open.add(bus);
    bus.start(listener);
    return bus;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static long connections(RedisServer redis) {
    return redis
        .ask("client", "list")
        .lines()
        .filter(line -> line.contains("name=parley"))
        .count();
  }

  @ParameterizedTest
  @EnumSource
  void whatOneThreadPublishesArrivesInOrder(RedisBus.Mode mode) {
    RedisServer redis = redis();
    Bus from = bus(redis.url(), mode, new Recorder());
    Bus to = bus(redis.url(), mode, heard);
    get(to.subscribe("a").toCompletableFuture());
    until(
        "connected", () -> !from.subscribers("a").toCompletableFuture().isCompletedExceptionally());

    List<String> expected = new ArrayList<>();
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 20_000; i++) {
      last = from.publish("a", bytes("m" + i)).toCompletableFuture();
      expected.add("a m" + i);
    }
    get(last);

    until("all", () -> heard.messages.size() >= expected.size());
    assertThat(heard.messages).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void countsTheSubscribersOfAChannel(RedisBus.Mode mode) {
    RedisServer redis = redis();
    Bus ada = bus(redis.url(), mode, heard);
    Bus bob = bus(redis.url(), mode, new Recorder());
    get(ada.subscribe("a").toCompletableFuture());
    heard.awaitUp();
    assertThat(get(ada.subscribers("a").toCompletableFuture())).isEqualTo(1);
    get(bob.subscribe("a").toCompletableFuture());
    assertThat(get(ada.subscribers("a").toCompletableFuture())).isEqualTo(2);

    bob.unsubscribe("a");

    until("one is left", () -> get(ada.subscribers("a").toCompletableFuture()) == 1);
    assertThat(get(ada.subscribers("b").toCompletableFuture())).isZero();
  }

  @Test
  void onlyWhoSubscribesHasASecondConnection() {
    RedisServer redis = redis();
    try (ParleyEmitter emitter = ParleyEmitter.at(redis.url())) {
      until("connected", () -> emitter.health().connected());
      emitter.emit("a");
      get(emitter.flush());

      assertThat(connections(redis)).isEqualTo(1);
      Bus bus = bus(redis.url(), RedisBus.Mode.CLASSIC, heard);
      get(bus.subscribe("a").toCompletableFuture());
      heard.awaitUp();
      assertThat(connections(redis)).isEqualTo(3);
    }
    until("its connection is closed", () -> connections(redis) == 2);
  }

  @Test
  void manyChannelsAreTakenUpAgain() {
    RedisServer redis = redis();
    Bus bus = bus(redis.url(), RedisBus.Mode.CLASSIC, heard);
    int channels = 5_000;
    List<CompletableFuture<?>> all = new ArrayList<>();
    IntStream.range(0, channels)
        .forEach(i -> all.add(bus.subscribe("c" + i).toCompletableFuture()));
    get(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));
    heard.awaitUp();

    redis.ask("client", "kill", "type", "pubsub");
    until("the loss", () -> heard.states.size() == 2);
    heard.awaitUp();

    assertThat(redis.ask("pubsub", "channels").lines().count()).isEqualTo(channels);
    assertThat(heard.states).containsExactly("up", "the connection was closed", "up");
    get(bus.publish("c7", bytes("tea")).toCompletableFuture());
    until("a message", () -> heard.messages.equals(List.of("c7 tea")));
  }

  @Test
  void aLossOfThePublishingConnectionIsToldToo() {
    RedisServer redis = redis();
    Bus bus = bus(redis.url(), RedisBus.Mode.CLASSIC, heard);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();

    redis.ask("client", "kill", "type", "normal", "skipme", "yes");

    until("the loss", () -> heard.states.size() == 2);
    heard.awaitUp();
  }

  @Test
  void aWrongPasswordIsSaidAndNotShown() {
    RedisServer redis = redis("--requirepass", "tea");
    bus("redis://:coffee@127.0.0.1:" + redis.port(), RedisBus.Mode.CLASSIC, heard);

    heard.awaitState("WRONGPASS");
    assertThat(heard.states).noneMatch(state -> state.contains("coffee"));
    bus("redis://:tea@127.0.0.1:" + redis.port(), RedisBus.Mode.CLASSIC, new Recorder());
  }

  @Test
  void aChannelThatRedisRefusesIsSaidAndTheOthersWork() {
    RedisServer redis = redis();
    redis.ask("acl", "setuser", "ada", "on", ">tea", "+@all", "resetchannels", "&a*");
    Bus bus = bus("redis://ada:tea@127.0.0.1:" + redis.port(), RedisBus.Mode.CLASSIC, heard);
    get(bus.subscribe("a1").toCompletableFuture());
    heard.awaitUp();

    CompletableFuture<?> refused = bus.subscribe("b1").toCompletableFuture();
    heard.awaitState("NOPERM");
    assertThat(refused).isNotDone();
    get(bus.publish("a1", bytes("tea")).toCompletableFuture());
    until("a message", () -> heard.messages.equals(List.of("a1 tea")));

    redis.ask("acl", "setuser", "ada", "allchannels");
    get(refused);
    heard.awaitUp();
  }

  @Test
  void aRedisThatSpeaksOnlyTheOldProtocolIsEnough() {
    RedisServer redis = redis("--rename-command", "HELLO", "");
    Bus bus = bus(redis.url(), RedisBus.Mode.CLASSIC, heard);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();

    // Whether it is alive is asked on the connection that subscribes, too.
    until(
        "questions",
        () -> redis.ask("info", "commandstats").matches("(?s).*cmdstat_ping:calls=[6-9].*"));
    get(bus.publish("a", bytes("tea")).toCompletableFuture());

    until("a message", () -> heard.messages.equals(List.of("a tea")));
    assertThat(heard.states).containsExactly("up");
  }

  @Test
  void fewThreadsWorkForABusAndNoneHoldsUpTheEnd() {
    RedisServer redis = redis();
    Bus bus = bus(redis.url(), RedisBus.Mode.CLASSIC, heard);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();

    assertThat(ownThreads()).hasSizeBetween(1, 5).allMatch(Thread::isDaemon);
    bus.close();
    until("the threads end", () -> ownThreads().isEmpty());
  }

  private static List<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("parley-redis"))
        .toList();
  }

  @Test
  void whatIsPublishedWithoutAConnectionFailsAtOnce() {
    RedisServer absent = new RedisServer();
    open.add(absent);
    Bus bus = bus(absent.url(), RedisBus.Mode.CLASSIC, heard);

    assertThat(bus.publish("a", bytes("x")).toCompletableFuture()).isCompletedExceptionally();
    assertThat(bus.subscribers("a").toCompletableFuture()).isCompletedExceptionally();
    CompletableFuture<?> subscribed = bus.subscribe("a").toCompletableFuture();
    until("attempts", () -> heard.states.size() > 3);
    assertThat(heard.states).doesNotContain("up");
    absent.start();
    get(subscribed);
  }

  @Test
  void aClosedBusTakesNothing() {
    RedisServer redis = redis();
    Bus bus = bus(redis.url(), RedisBus.Mode.CLASSIC, heard);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();
    CompletableFuture<?> published = bus.publish("a", bytes("last")).toCompletableFuture();

    bus.close();
    bus.close();

    assertThat(published).isCompleted();
    assertThat(bus.publish("a", bytes("x")).toCompletableFuture()).isCompletedExceptionally();
    assertThatThrownBy(() -> get(bus.subscribe("b").toCompletableFuture()))
        .hasMessageContaining("closed");
    until("no connection is left", () -> connections(redis) == 0);
  }

  @Test
  void aSocketOfTheSameMachineIsAWayToo() {
    RedisServer redis = redis("--unixsocket", "redis.sock");
    Bus bus = bus("unix://" + redis.file("redis.sock"), RedisBus.Mode.SHARDED, heard);
    get(bus.subscribe("a").toCompletableFuture());
    heard.awaitUp();

    get(bus.publish("a", bytes("tea")).toCompletableFuture());

    until("a message", () -> heard.messages.equals(List.of("a tea")));
  }
}
