package dev.parley.server.internal.engine;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.server.internal.ParleyServer;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.UnaryOperator;

/** A Socket.IO server without a network: packets go in over WebSockets, handlers run when told to. One thread. */
final class SocketScene {
  private static final Headers UPGRADE =
      Headers.of("Host", "localhost:3000", "Connection", "Upgrade", "Upgrade", "websocket");

  final ManualLane.World world = new ManualLane.World();
  final ManualLane lane = world.newLane();
  /** Tasks for handler threads; {@link #runHandlers} runs them. */
  final ArrayDeque<Runnable> handlers = new ArrayDeque<>();

  final ParleyServer server;

  SocketScene() {
    this(builder -> builder);
  }

  SocketScene(UnaryOperator<ParleyBuilder> setup) {
    server = (ParleyServer) setup
        .apply(Parley.builder().host(new NoHost()).handlerExecutor(handlers::add))
        .build();
  }

  /** Runs what waits for a handler thread, and then the lanes. */
  void runHandlers() {
    while (!handlers.isEmpty()) {
      handlers.remove().run();
      world.run();
    }
  }

  /** A client that has had its open packet and is in no namespace. */
  FakeLink open(String query) {
    HttpRequest request = new HttpRequest(
        "GET",
        "/socket.io/?transport=websocket&" + query,
        UPGRADE,
        new InetSocketAddress("203.0.113.7", 5000),
        false);
    FakeExchange exchange = new FakeExchange(request, lane, new byte[0]);
    lane.on(() -> server.onRequest(exchange));
    exchange.link().sent();
    return exchange.link();
  }

  /** A client of protocol 5 that has asked for this namespace, and what that caused has happened. */
  FakeLink join(String namespace) {
    FakeLink link = open("EIO=4");
    link.text(namespace.equals("/") ? "40" : "40" + namespace + ",");
    runHandlers();
    link.sent();
    return link;
  }

  private static final class NoHost implements Host {
    @Override
    public void start(HostSettings settings, Endpoint endpoint) {}

    @Override
    public InetSocketAddress address() {
      throw new IllegalStateException("no network");
    }

    @Override
    public void stopAccepting() {}

    @Override
    public void close(Duration patience) {}
  }
}
