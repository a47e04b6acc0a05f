package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.ConnectionError;
import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.Outgoing;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An engine without a network: requests go in on lanes, answers are looked at. One thread, no sleeping. */
final class Scene {
  static final String V4 = "/engine.io/?EIO=4&transport=polling";
  static final String V3 = "/engine.io/?EIO=3&transport=polling";
  static final String WS4 = "/engine.io/?EIO=4&transport=websocket";
  static final String WS3 = "/engine.io/?EIO=3&transport=websocket";

  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]+)\"");
  private static final Headers UPGRADE =
      Headers.of("Host", "localhost:3000", "Connection", "Upgrade", "Upgrade", "websocket");

  final ManualLane.World world = new ManualLane.World();
  final ManualLane lane = world.newLane();
  final List<Recorder> owners = new ArrayList<>();
  final List<ConnectionError> errors = new ArrayList<>();
  /** Tasks for handler threads; {@link #runHandlers} runs them. */
  final ArrayDeque<Runnable> handlers = new ArrayDeque<>();

  final Engine engine;
  String address = "203.0.113.7";

  Scene() {
    this(EngineOptions.defaults());
  }

  Scene(EngineOptions options) {
    this(options, Limits.defaults());
  }

  Scene(EngineOptions options, Limits limits) {
    engine = new Engine(options, limits, handlers::add, this::own, true, errors::add);
  }

  /** With owners of this kind; {@link #owners} stays empty. */
  Scene(SessionAcceptor acceptor) {
    engine = new Engine(
        EngineOptions.defaults(), Limits.defaults(), handlers::add, acceptor, false, null);
  }

  private SessionHandler own(Session session) {
    Recorder owner = new Recorder(session);
    owners.add(owner);
    return owner;
  }

  /** The owner of the newest session. */
  Recorder owner() {
    return owners.get(owners.size() - 1);
  }

  void runHandlers() {
    while (!handlers.isEmpty()) {
      handlers.remove().run();
      world.run();
    }
  }

  void advance(long millis) {
    world.advance(millis);
  }

  FakeExchange request(
      ManualLane on, String method, String target, Headers headers, byte @Nullable [] body) {
    Headers all = headers.has("Host") ? headers : headers.and("Host", "localhost:3000");
    HttpRequest request =
        new HttpRequest(method, target, all, new InetSocketAddress(address, 5000), false);
    FakeExchange exchange = new FakeExchange(request, on, body);
    on.on(() -> engine.onRequest(exchange));
    return exchange;
  }

  FakeExchange request(String method, String target, String... headers) {
    return request(lane, method, target, Headers.of(headers), new byte[0]);
  }

  FakeExchange get(String target, String... headers) {
    return request(lane, "GET", target, Headers.of(headers), new byte[0]);
  }

  FakeExchange post(String target, String body, String... headers) {
    return request(
        lane, "POST", target, Headers.of(headers), body.getBytes(StandardCharsets.UTF_8));
  }

  /** A POST whose body does not come until {@link FakeExchange#sendBody}. */
  FakeExchange slowPost(ManualLane on, String target) {
    return request(on, "POST", target, Headers.none(), null);
  }

  FakeExchange upgrade(ManualLane on, String target, String... headers) {
    return request(on, "GET", target, UPGRADE.and(Headers.of(headers)), new byte[0]);
  }

  FakeExchange upgrade(String target, String... headers) {
    return upgrade(lane, target, headers);
  }

  /** A WebSocket that has had its open packet. */
  FakeLink webSocket(String target) {
    FakeLink link = upgrade(target).link();
    assertThat(link.sent()).singleElement().asString().startsWith("0{");
    return link;
  }

  /** Opens a polling session. @return the target of its further requests */
  String handshake(String target) {
    FakeExchange exchange = get(target);
    assertThat(exchange.status()).isEqualTo(200);
    return target + "&sid=" + sid(exchange.text());
  }

  static String sid(String open) {
    Matcher matcher = SID.matcher(open);
    assertThat(matcher.find()).as("a sid in %s", open).isTrue();
    return matcher.group(1);
  }

  static Outgoing text(String text) {
    return Outgoing.message(Message.text(text), true);
  }

  static Outgoing binary(byte... data) {
    return Outgoing.message(Message.binary(data), true);
  }

  /** Sends from a thread that is no lane. */
  void send(String text) {
    owner().session.send(text(text));
  }
}
