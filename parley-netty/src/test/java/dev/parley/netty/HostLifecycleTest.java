package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.http.HttpResponse;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostProvider;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostLifecycleTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String LATER = "GET /later HTTP/1.1\r\nHost: x\r\n\r\n";

  private final TestEndpoint endpoint = new TestEndpoint();

  @Test
  void leavesNothingBehindHoweverOftenItStarts() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    int port = 0;
    for (int i = 0; i < 10; i++) {
      int samePort = port;
      try (RunningHost host = RunningHost.with(settings -> settings.port = samePort, endpoint);
          RawPeer idle = host.connect();
          RawPeer waiting = host.connect();
          WebSocketPeer socket = WebSocketPeer.open(startedSockets(), "/", "")) {
        port = host.port();
        assertThat(idle.send(GET).readAnswer().body()).isEqualTo("hello");
        waiting.send(LATER);
        assertThat(endpoint.later.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(socket.text("x").read().text()).isEqualTo("4x");
        // Without the count of buffers, which is one for the whole JVM: the other host is still at
        // work.
        sockets.host().close(Duration.ofMillis(500));
      }
      assertThat(threadsSince(before)).isEmpty();
    }
  }

  private RunningHost sockets;

  private RawPeer startedSockets() throws IOException {
    sockets = RunningHost.with(new WebSocketEndpoint());
    return sockets.connect();
  }

  private static List<Thread> threadsSince(Set<Thread> before) {
    List<Thread> more = new ArrayList<>(Thread.getAllStackTraces().keySet());
    more.removeAll(before);
    more.removeIf(
        thread -> !thread.getName().contains("netty") && !thread.getName().contains("Executor"));
    return more;
  }

  @ParameterizedTest
  @EnumSource(
      value = NettyTransport.class,
      names = {"AUTO", "EPOLL", "NIO"})
  void servesOnEveryTransport(NettyTransport transport) throws Exception {
    try (RunningHost host =
            RunningHost.with(settings -> settings.options.transport(transport), endpoint);
        RawPeer peer = host.connect()) {
      assertThat(peer.send(GET).readAnswer().body()).isEqualTo("hello");
      RawPeer leaving = host.connect();
      leaving.send(LATER);
      assertThat(endpoint.later.poll(10, TimeUnit.SECONDS)).isNotNull();
      leaving.close();
      assertThat(endpoint.events.poll(10, TimeUnit.SECONDS)).isEqualTo("abort");
    }
  }

  @Test
  void saysWhyAnAddressCannotBeBound() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ServerSocket taken = new ServerSocket(0)) {
      RunningHost.Settings settings = new RunningHost.Settings();
      settings.port = taken.getLocalPort();
      Host host = settings.options.build();
      assertThatThrownBy(() -> host.start(settings.build(), endpoint))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(":" + taken.getLocalPort())
          .hasMessageContaining("in use");
      assertThatThrownBy(host::address).isInstanceOf(IllegalStateException.class);
      host.close(Duration.ZERO);
    }
    assertThat(threadsSince(before)).isEmpty();
  }

  @Test
  void saysThatAHostNameIsUnknown() {
    RunningHost.Settings settings = new RunningHost.Settings();
    var known = settings.build();
    var unknown = new dev.parley.server.transport.HostSettings(
        InetSocketAddress.createUnresolved("nowhere.invalid", 80),
        null,
        0,
        known.maxUrlBytes(),
        known.maxHeaderBytes(),
        known.requestTimeout(),
        known.idleTimeout());
    assertThatThrownBy(() -> settings.options.build().start(unknown, endpoint))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere.invalid");
  }

  @Test
  void isFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(HostProvider.class).findFirst().orElseThrow().create())
        .isInstanceOf(NettyHost.class);
  }

  @Test
  void startsOnlyOnce() {
    try (RunningHost host = RunningHost.with(endpoint)) {
      assertThatThrownBy(() -> host.host().start(new RunningHost.Settings().build(), endpoint))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void closesConnectionsBeyondTheBound() throws Exception {
    try (RunningHost host = RunningHost.with(settings -> settings.maxConnections = 2, endpoint)) {
      try (RawPeer first = host.connect();
          RawPeer second = host.connect()) {
        assertThat(first.send(GET).readAnswer().status()).isEqualTo(200);
        assertThat(second.send(GET).readAnswer().status()).isEqualTo(200);
        try (RawPeer third = host.connect()) {
          assertThat(third.readToEnd()).isEmpty();
        }
        assertThat(first.send(GET).readAnswer().status()).isEqualTo(200);
      }
      // The places of those who left are free again, as soon as the host has noticed.
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (!isServed(host)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }
  }

  private static boolean isServed(RunningHost host) {
    try (RawPeer peer = host.connect()) {
      return peer.send(GET).readAnswer().status() == 200;
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void stopsAcceptingAndGoesOnServing() throws Exception {
    try (RunningHost host = RunningHost.with(endpoint);
        RawPeer open = host.connect()) {
      assertThat(open.send(GET).readAnswer().status()).isEqualTo(200);
      int port = host.port();
      host.host().stopAccepting();
      assertThatThrownBy(() -> new RawPeer(port)).isInstanceOf(IOException.class);
      assertThat(open.send(GET).readAnswer().status()).isEqualTo(200);
    }
  }

  @Test
  void sendsWhatWasWrittenBeforeItCloses() throws Exception {
    RunningHost host = RunningHost.with(endpoint);
    try (RawPeer peer = host.connect()) {
      peer.send(LATER);
      HttpExchange exchange = endpoint.later.poll(10, TimeUnit.SECONDS);
      CompletableFuture<String> body = CompletableFuture.supplyAsync(() -> {
        try {
          return peer.readAnswer().body();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
      exchange.respond(HttpResponse.text(200, "x".repeat(20_000_000)));
      host.host().close(Duration.ofSeconds(10));
      assertThat(body.get(10, TimeUnit.SECONDS)).hasSize(20_000_000);
    }
    host.close();
  }

  @Test
  void doesNotWaitLongerThanItIsTold() throws Exception {
    RunningHost host = RunningHost.with(endpoint);
    try (RawPeer peer = host.connect()) {
      peer.send(LATER);
      endpoint
          .later
          .poll(10, TimeUnit.SECONDS)
          .respond(HttpResponse.text(200, "x".repeat(50_000_000)));
      long start = System.nanoTime();
      host.host().close(Duration.ofMillis(200));
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
    }
    host.close();
  }

  @Test
  void tellsTheEndpointThatAWaitingRequestIsOver() throws Exception {
    RunningHost host = RunningHost.with(endpoint);
    try (RawPeer peer = host.connect()) {
      peer.send(LATER);
      HttpExchange exchange = endpoint.later.poll(10, TimeUnit.SECONDS);
      host.close();
      assertThat(endpoint.events.poll(10, TimeUnit.SECONDS)).isEqualTo("abort");
      exchange.respond(HttpResponse.of(200));
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void tellsWebSocketsThatItGoesAway() throws Exception {
    WebSocketEndpoint sockets = new WebSocketEndpoint();
    RunningHost host = RunningHost.with(sockets);
    try (WebSocketPeer peer = WebSocketPeer.open(host)) {
      host.close();
      assertThat(peer.readClose()).isEqualTo(1001);
      assertThat(sockets.closed().code()).isEqualTo(1006);
    }
  }

  @Test
  void hasOneLanePerLoopAndSpreadsConnections() throws Exception {
    Set<Lane> lanes = ConcurrentHashMap.newKeySet();
    try (RunningHost host = RunningHost.with(exchange -> {
      lanes.add(exchange.lane());
      assertThat(exchange.lane().inLane()).isTrue();
      exchange.respond(HttpResponse.of(200));
    })) {
      for (int i = 0; i < 10; i++) {
        try (RawPeer peer = host.connect()) {
          assertThat(peer.send(GET).readAnswer().status()).isEqualTo(200);
        }
      }
      assertThat(lanes).hasSize(2).noneMatch(Lane::inLane);
    }
    assertThatThrownBy(() -> lanes.iterator().next().execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void runsTasksInOrderAndTimersInTime() throws Exception {
    try (RunningHost host = RunningHost.with(endpoint);
        RawPeer peer = host.connect()) {
      peer.send(LATER);
      Lane lane = endpoint.later.poll(10, TimeUnit.SECONDS).lane();
      List<String> events = new ArrayList<>();
      CompletableFuture<Void> done = new CompletableFuture<>();
      lane.execute(() -> {
        long start = lane.nanoTime();
        lane.execute(() -> events.add("later"));
        events.add("first");
        lane.schedule(() -> events.add("never"), 1_000_000).cancel();
        lane.schedule(
            () -> {
              events.add(lane.nanoTime() - start >= 20_000_000 ? "in time" : "too early");
              done.complete(null);
            },
            20_000_000);
      });
      done.get(10, TimeUnit.SECONDS);
      assertThat(events).containsExactly("first", "later", "in time");
    }
  }
}
