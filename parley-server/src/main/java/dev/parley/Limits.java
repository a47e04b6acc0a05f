package dev.parley;

import java.time.Duration;

/**
 * The bounds of everything that a peer could make large. Immutable: every setter returns a changed copy. A bound that is
 * reached costs the one who reached it and nobody else.
 */
public final class Limits {
  private static final Limits DEFAULTS = new Limits();

  private int maxConnections;
  private int maxUrlBytes = 8 * 1024;
  private int maxHeaderBytes = 16 * 1024;
  private Duration requestTimeout = Duration.ofSeconds(20);
  private Duration idleTimeout = Duration.ofSeconds(75);
  private int maxSessions = 1_000_000;
  private int maxSessionsPerAddress;
  private int maxHandshakesPerSecond;
  private int maxPacketsPerPayload = 10_000;
  private int maxQueuedBytes = 16 * 1024 * 1024;
  private int maxQueuedEvents = 1_000;
  private int maxNestingDepth = 100;
  private int maxAttachments = 10;
  private Duration attachmentTimeout = Duration.ofSeconds(20);
  private int maxNamespacesPerConnection = 100;
  private int maxNamespaceLength = 512;
  private int maxRoomsPerSocket = 10_000;
  private int maxPendingAcks = 10_000;

  private Limits() {}

  public static Limits defaults() {
    return DEFAULTS;
  }

  private Limits copy() {
    Limits copy = new Limits();
    copy.maxConnections = maxConnections;
    copy.maxUrlBytes = maxUrlBytes;
    copy.maxHeaderBytes = maxHeaderBytes;
    copy.requestTimeout = requestTimeout;
    copy.idleTimeout = idleTimeout;
    copy.maxSessions = maxSessions;
    copy.maxSessionsPerAddress = maxSessionsPerAddress;
    copy.maxHandshakesPerSecond = maxHandshakesPerSecond;
    copy.maxPacketsPerPayload = maxPacketsPerPayload;
    copy.maxQueuedBytes = maxQueuedBytes;
    copy.maxQueuedEvents = maxQueuedEvents;
    copy.maxNestingDepth = maxNestingDepth;
    copy.maxAttachments = maxAttachments;
    copy.attachmentTimeout = attachmentTimeout;
    copy.maxNamespacesPerConnection = maxNamespacesPerConnection;
    copy.maxNamespaceLength = maxNamespaceLength;
    copy.maxRoomsPerSocket = maxRoomsPerSocket;
    copy.maxPendingAcks = maxPendingAcks;
    return copy;
  }

  /** Open TCP connections; more are closed at once. 0, the default: what the system allows. */
  public Limits maxConnections(int count) {
    Limits copy = copy();
    copy.maxConnections = check("connections", count, 0);
    return copy;
  }

  public int maxConnections() {
    return maxConnections;
  }

  /** Bytes of a request line; a longer one answers 414. Default 8 KiB. */
  public Limits maxUrlBytes(int bytes) {
    Limits copy = copy();
    copy.maxUrlBytes = check("URL bytes", bytes, 256);
    return copy;
  }

  public int maxUrlBytes() {
    return maxUrlBytes;
  }

  /** Bytes of all header fields of a request; more answer 431. Default 16 KiB. */
  public Limits maxHeaderBytes(int bytes) {
    Limits copy = copy();
    copy.maxHeaderBytes = check("header bytes", bytes, 256);
    return copy;
  }

  public int maxHeaderBytes() {
    return maxHeaderBytes;
  }

  /** Time for a whole request head, then for its body, and for all fragments of a WebSocket message. Default 20 s. */
  public Limits requestTimeout(Duration timeout) {
    Limits copy = copy();
    copy.requestTimeout = checkWait("request timeout", timeout);
    return copy;
  }

  public Duration requestTimeout() {
    return requestTimeout;
  }

  /** A kept-alive HTTP connection without a request closes after this time. Default 75 s. */
  public Limits idleTimeout(Duration timeout) {
    Limits copy = copy();
    copy.idleTimeout = checkWait("idle timeout", timeout);
    return copy;
  }

  public Duration idleTimeout() {
    return idleTimeout;
  }

  /** Open sessions; a further handshake answers 503. Default 1,000,000. */
  public Limits maxSessions(int count) {
    Limits copy = copy();
    copy.maxSessions = check("sessions", count, 1);
    return copy;
  }

  public int maxSessions() {
    return maxSessions;
  }

  /**
   * Open sessions of one remote address; a further handshake answers 429. 0, the default, is no bound: behind a proxy or a
   * mobile network thousands share an address. Behind a proxy, set {@link EngineOptions#trustForwarded}.
   */
  public Limits maxSessionsPerAddress(int count) {
    Limits copy = copy();
    copy.maxSessionsPerAddress = check("sessions per address", count, 0);
    return copy;
  }

  public int maxSessionsPerAddress() {
    return maxSessionsPerAddress;
  }

  /** Handshakes of one remote address in a second, bursts of as many included; more answer 429. 0, the default: no bound. */
  public Limits maxHandshakesPerSecond(int count) {
    Limits copy = copy();
    copy.maxHandshakesPerSecond = check("handshakes per second", count, 0);
    return copy;
  }

  public int maxHandshakesPerSecond() {
    return maxHandshakesPerSecond;
  }

  /** Packets in one polling request; more close the session. Default 10,000. */
  public Limits maxPacketsPerPayload(int count) {
    Limits copy = copy();
    copy.maxPacketsPerPayload = check("packets per payload", count, 1);
    return copy;
  }

  public int maxPacketsPerPayload() {
    return maxPacketsPerPayload;
  }

  /**
   * Bytes that wait to be sent to one client. A volatile event is dropped long before; any other that does not fit closes
   * the session with {@link DisconnectReason#QUEUE_OVERFLOW}. Default 16 MiB.
   */
  public Limits maxQueuedBytes(int bytes) {
    Limits copy = copy();
    copy.maxQueuedBytes = check("queued bytes", bytes, 1024);
    return copy;
  }

  public int maxQueuedBytes() {
    return maxQueuedBytes;
  }

  /**
   * Events of one client that wait for its handlers; at this number its connection is not read until half are done. A large
   * event counts once more for every 16 KiB, and a connect or disconnect counts as an event. Default 1,000.
   */
  public Limits maxQueuedEvents(int count) {
    Limits copy = copy();
    copy.maxQueuedEvents = check("queued events", count, 1);
    return copy;
  }

  public int maxQueuedEvents() {
    return maxQueuedEvents;
  }

  /** Depth of arrays and objects in a packet; a deeper one closes the session. Default 100. */
  public Limits maxNestingDepth(int depth) {
    Limits copy = copy();
    copy.maxNestingDepth = check("nesting depth", depth, 1);
    return copy;
  }

  public int maxNestingDepth() {
    return maxNestingDepth;
  }

  /** Binary attachments of one packet; more close the session. Together they may not exceed the maximum payload times this. Default 10. */
  public Limits maxAttachments(int count) {
    Limits copy = copy();
    copy.maxAttachments = check("attachments", count, 0);
    return copy;
  }

  public int maxAttachments() {
    return maxAttachments;
  }

  /** Time from a binary packet's header to its last attachment; later closes the session. Default 20 s. */
  public Limits attachmentTimeout(Duration timeout) {
    Limits copy = copy();
    copy.attachmentTimeout = checkWait("attachment timeout", timeout);
    return copy;
  }

  public Duration attachmentTimeout() {
    return attachmentTimeout;
  }

  /** Namespaces that one connection has joined or is joining; a further one is refused. Default 100. */
  public Limits maxNamespacesPerConnection(int count) {
    Limits copy = copy();
    copy.maxNamespacesPerConnection = check("namespaces per connection", count, 1);
    return copy;
  }

  public int maxNamespacesPerConnection() {
    return maxNamespacesPerConnection;
  }

  /** Bytes of a namespace's name in a packet; a longer one closes the session. Default 512. */
  public Limits maxNamespaceLength(int bytes) {
    Limits copy = copy();
    copy.maxNamespaceLength = check("namespace length", bytes, 1);
    return copy;
  }

  public int maxNamespaceLength() {
    return maxNamespaceLength;
  }

  /** Rooms of one socket; a further {@code join} throws. Default 10,000. */
  public Limits maxRoomsPerSocket(int count) {
    Limits copy = copy();
    copy.maxRoomsPerSocket = check("rooms per socket", count, 1);
    return copy;
  }

  public int maxRoomsPerSocket() {
    return maxRoomsPerSocket;
  }

  /** Acknowledgements that one socket owes the server; a further {@code emitWithAck} fails. Default 10,000. */
  public Limits maxPendingAcks(int count) {
    Limits copy = copy();
    copy.maxPendingAcks = check("pending acks", count, 1);
    return copy;
  }

  public int maxPendingAcks() {
    return maxPendingAcks;
  }

  private static int check(String what, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "limit of " + what + " " + value + ", at least " + least + " is allowed");
    }
    return value;
  }

  private static Duration checkWait(String what, Duration wait) {
    if (wait.toMillis() < 1 || wait.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(what + " " + wait + ", between 1 ms and 1 day is allowed");
    }
    return wait;
  }
}
