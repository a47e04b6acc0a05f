package dev.parley;

import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The transport's options, with the reference server's names and defaults. Immutable: every setter returns a changed copy,
 * so one may be kept and shared.
 */
public final class EngineOptions {
  private static final EngineOptions DEFAULTS = new EngineOptions();

  private String path = "/engine.io";
  private boolean addTrailingSlash = true;
  private Set<TransportType> transports = Set.of(TransportType.POLLING, TransportType.WEBSOCKET);
  private boolean allowUpgrades = true;
  private boolean allowEio3 = true;
  private Duration pingInterval = Duration.ofMillis(25_000);
  private Duration pingTimeout = Duration.ofMillis(20_000);
  private Duration upgradeTimeout = Duration.ofMillis(10_000);
  private int maxPayload = 1_000_000;
  private int httpCompressionThreshold = 1024;
  private int perMessageDeflateThreshold = -1;
  private @Nullable Cookie cookie;
  private Cors cors = Cors.sameOrigin();
  private boolean trustForwarded;
  private @Nullable Object initialPacket;
  private @Nullable Admission allow;
  private @Nullable Function<HttpRequest, Headers> initialHeaders;
  private @Nullable Function<HttpRequest, Headers> headers;
  private @Nullable NodeName nodeName;
  private List<NodeName> nodeNames = List.of();
  private boolean nodeHeader;

  private EngineOptions() {}

  /** Says whether a request may open a session or upgrade one. */
  @FunctionalInterface
  public interface Admission {
    /**
     * Called on a handler thread, so it may block, for every handshake and every WebSocket upgrade, before there is a
     * session. Runs for many requests at once.
     *
     * @throws Refused to answer 403 with code 4 and this message; any other exception answers 403 with {@code Forbidden}
     */
    void check(HttpRequest request) throws Exception;
  }

  public static EngineOptions defaults() {
    return DEFAULTS;
  }

  private EngineOptions copy() {
    EngineOptions copy = new EngineOptions();
    copy.path = path;
    copy.addTrailingSlash = addTrailingSlash;
    copy.transports = transports;
    copy.allowUpgrades = allowUpgrades;
    copy.allowEio3 = allowEio3;
    copy.pingInterval = pingInterval;
    copy.pingTimeout = pingTimeout;
    copy.upgradeTimeout = upgradeTimeout;
    copy.maxPayload = maxPayload;
    copy.httpCompressionThreshold = httpCompressionThreshold;
    copy.perMessageDeflateThreshold = perMessageDeflateThreshold;
    copy.cookie = cookie;
    copy.cors = cors;
    copy.trustForwarded = trustForwarded;
    copy.initialPacket = initialPacket;
    copy.allow = allow;
    copy.initialHeaders = initialHeaders;
    copy.headers = headers;
    copy.nodeName = nodeName;
    copy.nodeNames = nodeNames;
    copy.nodeHeader = nodeHeader;
    return copy;
  }

  /** Where the engine answers. Default {@code /engine.io}, and {@code /socket.io} under Socket.IO. */
  public EngineOptions path(String path) {
    if (!path.startsWith("/") || path.matches("(?s).*[?#\\s].*")) {
      throw new IllegalArgumentException(
          "path \"" + path + "\" must start with / and hold no ?, # or space");
    }
    EngineOptions copy = copy();
    copy.path =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return copy;
  }

  public String path() {
    return path;
  }

  /** Whether requests must have a slash after the path, as the official clients send it. Default true. */
  public EngineOptions addTrailingSlash(boolean add) {
    EngineOptions copy = copy();
    copy.addTrailingSlash = add;
    return copy;
  }

  public boolean addTrailingSlash() {
    return addTrailingSlash;
  }

  /** Transports that clients may use. Default both. */
  public EngineOptions transports(TransportType... transports) {
    if (transports.length == 0) {
      throw new IllegalArgumentException("no transport given, at least one is needed");
    }
    EngineOptions copy = copy();
    copy.transports = Set.of(transports);
    return copy;
  }

  public Set<TransportType> transports() {
    return transports;
  }

  /** Whether a polling session may move to WebSocket; if not, an attempt is refused. Default true. */
  public EngineOptions allowUpgrades(boolean allow) {
    EngineOptions copy = copy();
    copy.allowUpgrades = allow;
    return copy;
  }

  public boolean allowUpgrades() {
    return allowUpgrades;
  }

  /** Whether revision 3 clients (Socket.IO 1.x and 2.x) are served. Default true, where the reference says false. */
  public EngineOptions allowEio3(boolean allow) {
    EngineOptions copy = copy();
    copy.allowEio3 = allow;
    return copy;
  }

  public boolean allowEio3() {
    return allowEio3;
  }

  /** Time between two pings. Default 25 s; 1 ms to 1 day. */
  public EngineOptions pingInterval(Duration interval) {
    EngineOptions copy = copy();
    copy.pingInterval = checkWait("ping interval", interval);
    return copy;
  }

  public Duration pingInterval() {
    return pingInterval;
  }

  /** How long a client may take to answer a ping before its session closes. Default 20 s; 1 ms to 1 day. */
  public EngineOptions pingTimeout(Duration timeout) {
    EngineOptions copy = copy();
    copy.pingTimeout = checkWait("ping timeout", timeout);
    return copy;
  }

  public Duration pingTimeout() {
    return pingTimeout;
  }

  /** How long an upgrade may take before the new transport is dropped. Default 10 s; 1 ms to 1 day. */
  public EngineOptions upgradeTimeout(Duration timeout) {
    EngineOptions copy = copy();
    copy.upgradeTimeout = checkWait("upgrade timeout", timeout);
    return copy;
  }

  public Duration upgradeTimeout() {
    return upgradeTimeout;
  }

  /** The longest request body or WebSocket message, in bytes; told to clients. Default 1,000,000. */
  public EngineOptions maxPayload(int bytes) {
    if (bytes < 1 || bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "maximum payload " + bytes + ", between 1 byte and 1 GiB is allowed");
    }
    EngineOptions copy = copy();
    copy.maxPayload = bytes;
    return copy;
  }

  public int maxPayload() {
    return maxPayload;
  }

  /** Polling answers of at least this many bytes are compressed if the client can read it; -1 never. Default 1024. */
  public EngineOptions httpCompression(int thresholdBytes) {
    EngineOptions copy = copy();
    copy.httpCompressionThreshold = checkThreshold(thresholdBytes);
    return copy;
  }

  public int httpCompressionThreshold() {
    return httpCompressionThreshold;
  }

  /**
   * WebSocket messages of at least this many bytes are compressed if the client offers permessage-deflate; -1 declines
   * the offer. Default -1: compression costs memory and processor time on both sides. An inflated message is bounded by
   * {@link #maxPayload()}.
   */
  public EngineOptions perMessageDeflate(int thresholdBytes) {
    EngineOptions copy = copy();
    copy.perMessageDeflateThreshold = checkThreshold(thresholdBytes);
    return copy;
  }

  public int perMessageDeflateThreshold() {
    return perMessageDeflateThreshold;
  }

  /** A cookie with the session id; null for none. Default none. */
  public EngineOptions cookie(@Nullable Cookie cookie) {
    EngineOptions copy = copy();
    copy.cookie = cookie;
    return copy;
  }

  public @Nullable Cookie cookie() {
    return cookie;
  }

  /** Which foreign pages may connect. Default none: same origin only. */
  public EngineOptions cors(Cors cors) {
    EngineOptions copy = copy();
    copy.cors = Objects.requireNonNull(cors);
    return copy;
  }

  public Cors cors() {
    return cors;
  }

  /**
   * Whether {@code X-Forwarded-For}, {@code -Proto} and {@code -Host} are believed. Only behind a proxy that sets them
   * itself; else any client can invent an address. Default false.
   */
  public EngineOptions trustForwarded(boolean trust) {
    EngineOptions copy = copy();
    copy.trustForwarded = trust;
    return copy;
  }

  public boolean trustForwarded() {
    return trustForwarded;
  }

  /** A text message sent right after the open packet; null for none. Default none. */
  public EngineOptions initialPacket(@Nullable String text) {
    EngineOptions copy = copy();
    copy.initialPacket = text;
    return copy;
  }

  /** A binary message sent right after the open packet. */
  public EngineOptions initialPacket(byte[] data) {
    EngineOptions copy = copy();
    copy.initialPacket = data.clone();
    return copy;
  }

  /** A String, a byte array, or null. */
  public @Nullable Object initialPacket() {
    return initialPacket instanceof byte[] data ? data.clone() : initialPacket;
  }

  /** Who may connect, judged by the request alone; the reference's {@code allowRequest}. Default everybody. */
  public EngineOptions allow(@Nullable Admission allow) {
    EngineOptions copy = copy();
    copy.allow = allow;
    return copy;
  }

  public @Nullable Admission allow() {
    return allow;
  }

  /** Header fields for the first answer of a session, also for a 101. Runs on an event loop and must not block. */
  public EngineOptions initialHeaders(@Nullable Function<HttpRequest, Headers> hook) {
    EngineOptions copy = copy();
    copy.initialHeaders = hook;
    return copy;
  }

  public @Nullable Function<HttpRequest, Headers> initialHeaders() {
    return initialHeaders;
  }

  /** Header fields for every answer of the engine, also for a 101. Runs on an event loop and must not block. */
  public EngineOptions headers(@Nullable Function<HttpRequest, Headers> hook) {
    EngineOptions copy = copy();
    copy.headers = hook;
    return copy;
  }

  public @Nullable Function<HttpRequest, Headers> headers() {
    return headers;
  }

  /**
   * The name of this server among several behind a balancer; null for none. With a name, session ids begin with its {@link
   * NodeName#tag()}, so that a balancer finds their node, and a request for a session of another node is told so. Default
   * none.
   */
  public EngineOptions nodeName(@Nullable String name) {
    EngineOptions copy = copy();
    copy.nodeName = name == null ? null : new NodeName(name);
    return copy;
  }

  public @Nullable NodeName nodeName() {
    return nodeName;
  }

  /**
   * The names of all nodes, this one's may be among them: those are named to whom comes to the wrong one, others by their
   * tag only. Of no use without {@link #nodeName(String)}. Default none.
   */
  public EngineOptions nodeNames(String... names) {
    EngineOptions copy = copy();
    copy.nodeNames = Stream.of(names).map(NodeName::new).toList();
    return copy;
  }

  public List<NodeName> nodeNames() {
    return nodeNames;
  }

  /** Whether every answer of the engine tells the node's name in the header field {@code X-Parley-Node}. Default false. */
  public EngineOptions nodeHeader(boolean tell) {
    EngineOptions copy = copy();
    copy.nodeHeader = tell;
    return copy;
  }

  public boolean nodeHeader() {
    return nodeHeader;
  }

  private static int checkThreshold(int bytes) {
    if (bytes < -1) {
      throw new IllegalArgumentException(
          "threshold " + bytes + ", -1 (off) or a number of bytes is allowed");
    }
    return bytes;
  }

  private static Duration checkWait(String what, Duration wait) {
    if (wait.toMillis() < 1 || wait.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(what + " " + wait + ", between 1 ms and 1 day is allowed");
    }
    return wait;
  }
}
