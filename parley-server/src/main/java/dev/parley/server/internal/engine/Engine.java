package dev.parley.server.internal.engine;

import dev.parley.ConnectionError;
import dev.parley.Cookie;
import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.NodeName;
import dev.parley.TransportType;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.EnginePacketType;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.protocol.engineio.SessionMachine;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An Engine.IO service at one path: its sessions, and what they share. Safe from any thread.
 *
 * <p>A request goes through {@link Reception}, which turns it away, makes a session of it, or hands it to the session that
 * it names.
 */
public final class Engine implements Endpoint {
  private static final Logger LOG = System.getLogger(Engine.class.getName());

  private final EngineOptions options;
  private final Limits limits;
  private final Executor handlerExecutor;
  private final SessionAcceptor acceptor;
  private final @Nullable Consumer<ConnectionError> onConnectionError;
  private final String prefix;
  private final Nodes nodes;
  /** On every answer; null for none. */
  private final @Nullable Headers nodeHeader;

  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Map<Lane, WireLane> lanes = new ConcurrentHashMap<>();
  private final Forwarded forwarded;
  private final Gate gate;
  private final Reception reception;
  private final SessionMachine.Timing timing;
  private final String openTail;
  private final @Nullable Outgoing initialPacket;
  private final Outgoing ping = new Outgoing(EnginePacket.PING, false);
  private final Outgoing pong = new Outgoing(EnginePacket.PONG, false);
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile boolean shuttingDown;

  /**
   * @param handlerExecutor runs handlers, {@link EngineOptions#allow} and long compressions; what it runs may block
   * @param serveClient whether the official JavaScript client is served under the path
   * @param onConnectionError hears of refused requests, on their lanes
   */
  public Engine(
      EngineOptions options,
      Limits limits,
      Executor handlerExecutor,
      SessionAcceptor acceptor,
      boolean serveClient,
      @Nullable Consumer<ConnectionError> onConnectionError) {
    this.options = options;
    this.limits = limits;
    this.handlerExecutor = handlerExecutor;
    this.acceptor = acceptor;
    this.onConnectionError = onConnectionError;
    prefix = options.path().equals("/") ? "/" : options.path() + "/";
    nodes = new Nodes(options);
    nodeHeader = nodeHeader(options);
    forwarded = new Forwarded(options.trustForwarded());
    gate = new Gate(limits);
    reception = new Reception(this, serveClient ? new ClientBundles() : null);
    timing = new SessionMachine.Timing(
        options.pingInterval().toNanos(),
        options.pingTimeout().toNanos(),
        options.upgradeTimeout().toNanos());
    openTail = ",\"pingInterval\":" + options.pingInterval().toMillis()
        + ",\"pingTimeout\":" + options.pingTimeout().toMillis()
        + ",\"maxPayload\":" + options.maxPayload() + "}";
    initialPacket = initialPacket(options.initialPacket());
  }

  private static @Nullable Headers nodeHeader(EngineOptions options) {
    NodeName node = options.nodeName();
    return node == null || !options.nodeHeader() ? null : Headers.of("X-Parley-Node", node.name());
  }

  private static @Nullable Outgoing initialPacket(@Nullable Object initial) {
    if (initial instanceof byte[] data) {
      return Outgoing.message(Message.binary(data), true);
    }
    return initial instanceof String text ? Outgoing.message(Message.text(text), true) : null;
  }

  /** True if requests to this path are ours: everything under the path, as in the reference. */
  public boolean handles(String path) {
    return path.startsWith(prefix) || !options.addTrailingSlash() && path.equals(options.path());
  }

  /** On the exchange's lane. */
  @Override
  public void onRequest(HttpExchange exchange) {
    reception.onRequest(exchange);
  }

  /** Open sessions, and those that are still saying good-bye. */
  public int sessions() {
    return gate.sessions();
  }

  public void forEach(Consumer<Session> action) {
    sessions.values().forEach(action);
  }

  /**
   * Answers further handshakes with 503, and ends every session once what was queued for it has gone out. Never blocks.
   *
   * @return done when the last session has ended, which takes as long as the slowest client, at most 30 s
   */
  public CompletableFuture<Void> close() {
    shuttingDown = true;
    forEach(this::shutDown);
    if (sessions.isEmpty()) {
      closed.complete(null);
    }
    return closed.copy();
  }

  private void shutDown(Session session) {
    session.close(CloseReason.SERVER_SHUTTING_DOWN, null, false);
  }

  EngineOptions options() {
    return options;
  }

  Limits limits() {
    return limits;
  }

  Executor handlerExecutor() {
    return handlerExecutor;
  }

  SessionAcceptor acceptor() {
    return acceptor;
  }

  Forwarded forwarded() {
    return forwarded;
  }

  Gate gate() {
    return gate;
  }

  SessionMachine.Timing timing() {
    return timing;
  }

  boolean isShuttingDown() {
    return shuttingDown;
  }

  /** Where the names of client bundles begin in a path. */
  String prefix() {
    return prefix;
  }

  EngineCodec codec(Revision revision) {
    return EngineCodec.of(revision);
  }

  /** On this lane. */
  WireLane wireLane(Lane lane) {
    return WireLane.of(lane, lanes, handlerExecutor);
  }

  @Nullable
  Session session(String sid) {
    return sessions.get(sid);
  }

  String newSid() {
    return nodes.newSid();
  }

  /** What to answer to an id that no session has. */
  Refusal unknownSession(String sid, long nowNanos) {
    return nodes.refuse(sid, nowNanos);
  }

  /** Requests so far that were meant for another node. */
  public long misroutedRequests() {
    return nodes.misrouted();
  }

  /** @return false if there is no room for the session any more */
  boolean register(Session session) {
    if (!gate.enter(session.remoteAddress())) {
      return false;
    }
    sessions.put(session.sid(), session);
    if (shuttingDown) {
      shutDown(session);
    }
    return true;
  }

  void ended(Session session) {
    if (sessions.remove(session.sid(), session)) {
      gate.leave(session.remoteAddress());
      if (shuttingDown && sessions.isEmpty()) {
        closed.complete(null);
      }
    }
  }

  /** The handshake packet, with its fields in the reference's order. */
  Outgoing openPacket(String sid, TransportType type) {
    boolean upgrades = type == TransportType.POLLING && offersUpgrades();
    String json = "{\"sid\":\"" + sid + "\",\"upgrades\":[" + (upgrades ? "\"websocket\"" : "")
        + "]" + openTail;
    return new Outgoing(EnginePacket.of(EnginePacketType.OPEN, json), true);
  }

  boolean offersUpgrades() {
    return options.allowUpgrades() && options.transports().contains(TransportType.WEBSOCKET);
  }

  @Nullable
  Outgoing initialPacket() {
    return initialPacket;
  }

  /** A packet of the machine's, with a frame that all sessions share. */
  Outgoing control(EnginePacket packet) {
    if (packet == EnginePacket.PING) {
      return ping;
    }
    return packet == EnginePacket.PONG ? pong : new Outgoing(packet, false);
  }

  /** Header fields of the first answer of a session: the cookie, and what the user adds. */
  Headers firstHeaders(String sid, HttpRequest request) {
    Headers headers = hook(options.initialHeaders(), request);
    Cookie cookie = options.cookie();
    return cookie == null ? headers : headers.and("Set-Cookie", render(cookie, sid));
  }

  private static String render(Cookie cookie, String sid) {
    StringBuilder text = new StringBuilder(96);
    text.append(cookie.name()).append('=').append(sid);
    if (cookie.maxAge() != null) {
      text.append("; Max-Age=").append(cookie.maxAge().toSeconds());
    }
    text.append("; Path=").append(cookie.path());
    if (cookie.httpOnly()) {
      text.append("; HttpOnly");
    }
    if (cookie.secure()) {
      text.append("; Secure");
    }
    return text.append("; SameSite=").append(cookie.sameSite()).toString();
  }

  /** Header fields of every answer. */
  Headers hookHeaders(HttpRequest request) {
    Headers added = hook(options.headers(), request);
    return nodeHeader == null ? added : nodeHeader.and(added);
  }

  private static Headers hook(@Nullable Function<HttpRequest, Headers> hook, HttpRequest request) {
    if (hook == null) {
      return Headers.none();
    }
    try {
      return hook.apply(request);
    } catch (RuntimeException broken) {
      LOG.log(Level.ERROR, "A hook for response headers failed", broken);
      return Headers.none();
    }
  }

  void report(HttpRequest request, Refusal refusal) {
    LOG.log(Level.DEBUG, () -> "Refused a request: " + refusal.context().get("name"));
    if (onConnectionError == null) {
      return;
    }
    try {
      onConnectionError.accept(
          new ConnectionError(request, refusal.code(), refusal.message(), refusal.context()));
    } catch (RuntimeException broken) {
      LOG.log(Level.ERROR, "A listener for connection errors failed", broken);
    }
  }
}
