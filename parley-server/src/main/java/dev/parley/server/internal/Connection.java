package dev.parley.server.internal;

import dev.parley.DataKey;
import dev.parley.DisconnectReason;
import dev.parley.Limits;
import dev.parley.PayloadException;
import dev.parley.Refused;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import dev.parley.protocol.socketio.PacketDecoder;
import dev.parley.server.internal.engine.HandlerTurn;
import dev.parley.server.internal.engine.Session;
import dev.parley.server.internal.engine.SessionHandler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as Socket.IO sees it: it puts packets together and hands them to the sockets of the namespaces that
 * the client has joined. Belongs to the session's wire lane, but for what says otherwise.
 */
final class Connection implements SessionHandler {
  /** An event counts once more for each of these, so that few large events weigh as much as many small ones. */
  private static final int QUEUED_BYTES = 16 * 1024;

  private final ParleyServer server;
  private final Session session;
  private final PacketDecoder decoder;
  private final Instant openedAt = Instant.now();
  private final List<LocalSocket> sockets = new ArrayList<>(1);
  private final List<AdmissionAttempt> attempts = new ArrayList<>(1);

  /** Namespaces that the server sent the client away from, so that what was on its way is no offence. */
  private Set<String> ended = Set.of();

  /** Admission checks under way, those of a client that has changed its mind included. */
  private int checking;

  /** When a connection without a namespace ends; {@link Long#MAX_VALUE} once it has joined one. */
  private long connectDeadline;

  private long attachmentDeadline = Long.MAX_VALUE;
  private boolean paused;
  private boolean closed;

  /** Events, connects and disconnects that wait for a handler or are in one; large ones count more than once. Any thread. */
  private final AtomicInteger queuedEvents = new AtomicInteger();

  /** Data that all sockets of this connection share; null while there is none. Any thread. */
  private volatile @Nullable Map<DataKey<?>, Object> data;

  Connection(ParleyServer server, Session session) {
    this.server = server;
    this.session = session;
    Limits limits = server.limits();
    this.decoder = server
        .packets()
        .codec()
        .newDecoder(
            limits.maxAttachments(),
            limits.maxNamespaceLength(),
            (long) limits.maxAttachments() * server.maxPayload());
    this.connectDeadline = now() + server.connectTimeout().toNanos();
    if (session.revision() == Revision.V3) {
      // Protocol 4: the server joins the default namespace for the client, which never asks.
      session.execute(() -> connect(new Packet.Connect("/", null, null)));
    }
  }

  ParleyServer server() {
    return server;
  }

  Session session() {
    return session;
  }

  Limits limits() {
    return server.limits();
  }

  private long now() {
    return session.lane().nanoTime();
  }

  Map<DataKey<?>, Object> data() {
    Map<DataKey<?>, Object> known = data;
    if (known == null) {
      synchronized (this) {
        known = data;
        if (known == null) {
          data = known = new ConcurrentHashMap<>(4);
        }
      }
    }
    return known;
  }

  @Override
  public void onMessage(Message message) {
    Packet packet = decoder.decode(message);
    if (packet == null) {
      awaitAttachments();
      return;
    }
    attachmentDeadline = Long.MAX_VALUE;
    if (packet instanceof Packet.Event event) {
      LocalSocket socket = joined(event);
      if (socket != null) {
        dispatch(socket, event);
      }
    } else if (packet instanceof Packet.Ack ack) {
      LocalSocket socket = joined(ack);
      if (socket != null) {
        socket.acknowledged(ack);
      }
    } else if (packet instanceof Packet.Connect connect) {
      connect(connect);
    } else if (packet instanceof Packet.Disconnect disconnect) {
      leave(disconnect.namespace());
    } else {
      throw new ProtocolException(Reason.UNEXPECTED, "a CONNECT_ERROR from a client");
    }
  }

  /** The time runs from the header; more attachments do not extend it. */
  private void awaitAttachments() {
    if (attachmentDeadline == Long.MAX_VALUE) {
      attachmentDeadline = now() + limits().attachmentTimeout().toNanos();
      session.rescheduled();
    }
  }

  /** Null if the server has ended that socket and the client cannot know yet. */
  private @Nullable LocalSocket joined(Packet packet) {
    LocalSocket socket = find(packet.namespace());
    if (socket == null && !wasSentAway(packet.namespace())) {
      throw new ProtocolException(
          Reason.UNEXPECTED, "a packet for a namespace that was not joined");
    }
    return socket;
  }

  private boolean wasSentAway(String namespace) {
    for (LocalSocket socket : sockets) {
      // Another thread has ended it a moment ago, and this lane has not forgotten it yet.
      if (socket.dropsEvents() && socket.localNamespace().name().equals(namespace)) {
        return true;
      }
    }
    return ended.contains(namespace);
  }

  private @Nullable LocalSocket find(String namespace) {
    for (int i = 0; i < sockets.size(); i++) {
      LocalSocket socket = sockets.get(i);
      if (socket.connected() && socket.localNamespace().name().equals(namespace)) {
        return socket;
      }
    }
    return null;
  }

  private @Nullable AdmissionAttempt attempt(String namespace) {
    for (AdmissionAttempt attempt : attempts) {
      if (attempt.namespace().equals(namespace)) {
        return attempt;
      }
    }
    return null;
  }

  private void dispatch(LocalSocket socket, Packet.Event packet) {
    IncomingEvent event = new IncomingEvent(
        socket, EventNames.of(packet.body(), server.packets().payloads()), packet);
    if (event.isNonBlocking() && socket.handlerLane().idle()) {
      event.run();
      return;
    }
    queue(socket.handlerLane(), 1 + size(packet.body()) / QUEUED_BYTES, event);
  }

  private static int size(Body body) {
    int size = body.raw().length();
    for (byte[] attachment : body.attachments()) {
      size += attachment.length;
    }
    return size;
  }

  /**
   * Queues what a client caused for a handler. The client is not read while too much waits: else one that joins and leaves in
   * a loop could fill the memory as well as one that emits. Wire lane only.
   *
   * @param weight what it counts for
   */
  void queue(SerialExecutor handlerLane, int weight, Runnable task) {
    if (queuedEvents.addAndGet(weight) >= limits().maxQueuedEvents() && !paused) {
      paused = true;
      session.reading(false);
    }
    HandlerTurn turn = handlerLane.add(() -> {
      try {
        task.run();
      } finally {
        done(weight);
      }
    });
    if (turn != null) {
      session.start(turn);
    }
  }

  private void done(int weight) {
    int half = limits().maxQueuedEvents() / 2;
    int left = queuedEvents.addAndGet(-weight);
    // One thread passes the half-way mark; it may find reading not paused, or paused again, and
    // that is fine.
    if (left <= half && left + weight > half) {
      session.execute(() -> {
        if (paused && queuedEvents.get() < limits().maxQueuedEvents()) {
          paused = false;
          session.reading(true);
        }
      });
    }
  }

  private void connect(Packet.Connect packet) {
    String name = packet.namespace();
    LocalSocket known = find(name);
    if (known != null || attempt(name) != null) {
      if (session.revision() == Revision.V3 && name.equals("/")) {
        return;
      }
      throw new ProtocolException(Reason.UNEXPECTED, "a second CONNECT to a namespace");
    }
    if (joinedNamespaces() + checking >= limits().maxNamespacesPerConnection()) {
      refuse(name, new Refused("too many namespaces"));
      return;
    }
    AdmissionAttempt attempt = new AdmissionAttempt(
        this,
        name,
        server.newSocketId(),
        handshake(packet),
        new SerialExecutor(session.handlerExecutor()));
    if (ended.contains(name)) {
      ended = new HashSet<>(ended);
      ended.remove(name);
    }
    attempts.add(attempt);
    checking++;
    attempt.start();
  }

  /** Namespaces that this client is in; one that it has just left does not count, although its end is still under way. */
  private int joinedNamespaces() {
    int count = 0;
    for (int i = 0; i < sockets.size(); i++) {
      if (sockets.get(i).connected()) {
        count++;
      }
    }
    return count;
  }

  private HandshakeInfo handshake(Packet.Connect packet) {
    Map<String, String> query =
        packet.query() == null ? Map.of() : HttpRequest.parseQuery(packet.query());
    return new HandshakeInfo(
        session.request(),
        session.remoteAddress(),
        session.secure(),
        openedAt,
        new AuthBody(server.packets().payloads(), packet.body(), query));
  }

  /** The end of an attempt: the client is in, or is told that it is not. Wire lane. */
  void decided(
      AdmissionAttempt attempt, @Nullable LocalNamespace namespace, @Nullable Refused refusal) {
    checking--;
    attempts.remove(attempt);
    if (closed || attempt.abandoned()) {
      if (namespace != null) {
        namespace.release();
      }
    } else if (refusal != null || namespace == null) {
      if (namespace != null) {
        namespace.release();
      }
      refuse(attempt.namespace(), refusal != null ? refusal : AdmissionAttempt.INVALID_NAMESPACE);
    } else {
      admit(attempt, namespace);
    }
  }

  private void admit(AdmissionAttempt attempt, LocalNamespace namespace) {
    connectDeadline = Long.MAX_VALUE;
    attempt.shareData();
    LocalSocket socket = new LocalSocket(this, namespace, attempt);
    sockets.add(socket);
    Body body = session.revision() == Revision.V3
        ? null
        : server.packets().payloads().value(Map.of("sid", socket.id()));
    send(new Packet.Connect(namespace.name(), null, body));
    attempt.held().forEach(held -> socket.greet(held.event(), held.body()));
    // From here on other threads and broadcasts find the socket.
    namespace.members().add(socket);
    try {
      socket.join(attempt.rooms().toArray(String[]::new));
    } catch (IllegalStateException e) {
      socket.failed("connect", e);
    }
    if (!namespace.setup().onConnect.isEmpty()) {
      // On its way before the greeting is written, for clients that listen for one message at a
      // time.
      session.flushNow();
      queue(socket.handlerLane(), 1, socket::runConnectHandlers);
    }
  }

  private void refuse(String namespace, Refused refusal) {
    send(new Packet.ConnectError(namespace, refusalBody(refusal)));
  }

  private Body refusalBody(Refused refusal) {
    Payloads payloads = server.packets().payloads();
    String message = String.valueOf(refusal.getMessage());
    try {
      if (session.revision() == Revision.V3 && refusal != AdmissionAttempt.INVALID_NAMESPACE) {
        Object data = refusal.data();
        return payloads.value(data != null ? data : message);
      }
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("message", message);
      Object data = refusal.data();
      if (data != null) {
        error.put("data", data);
      }
      return payloads.value(error);
    } catch (PayloadException e) {
      return payloads.value(Map.of("message", message));
    }
  }

  private void send(Packet packet) {
    session.push(server.packets().write(packet, true), false);
  }

  private void leave(String namespace) {
    AdmissionAttempt attempt = attempt(namespace);
    if (attempt != null) {
      attempt.abandon();
      attempts.remove(attempt);
    }
    LocalSocket socket = find(namespace);
    if (socket != null) {
      socket.end(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT, null);
    }
  }

  /** A socket has ended. Wire lane. */
  void forget(LocalSocket socket) {
    sockets.remove(socket);
    if (socket.dropsEvents() && ended.size() < limits().maxNamespacesPerConnection()) {
      Set<String> more = new HashSet<>(ended);
      more.add(socket.localNamespace().name());
      ended = more;
    }
  }

  /** Sends every socket away and closes the connection. Any thread. */
  void disconnectAll() {
    session.execute(() -> {
      List.copyOf(sockets).forEach(LocalSocket::disconnectHere);
      session.close(CloseReason.FORCED_SERVER_CLOSE, null, false);
    });
  }

  @Override
  public void onWritable() {}

  @Override
  public void tick(long now) {
    if (connectDeadline != Long.MAX_VALUE && connectDeadline - now <= 0) {
      connectDeadline = Long.MAX_VALUE;
      session.close(CloseReason.FORCED_SERVER_CLOSE, null, false);
    } else if (attachmentDeadline != Long.MAX_VALUE && attachmentDeadline - now <= 0) {
      attachmentDeadline = Long.MAX_VALUE;
      session.close(
          CloseReason.PARSE_ERROR,
          new ProtocolException(Reason.BAD_ATTACHMENT, "attachments did not come in time"),
          true);
    }
    for (int i = 0; i < sockets.size(); i++) {
      sockets.get(i).expireAcks(now);
    }
  }

  @Override
  public long nextDeadline() {
    long next = earlier(connectDeadline, attachmentDeadline);
    for (int i = 0; i < sockets.size(); i++) {
      next = earlier(next, sockets.get(i).nextDeadline());
    }
    return next;
  }

  private static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return a == Long.MAX_VALUE ? b : a;
    }
    return a - b <= 0 ? a : b;
  }

  @Override
  public void onClose(CloseReason reason, @Nullable Throwable cause) {
    closed = true;
    DisconnectReason why = DisconnectReason.of(reason);
    List.copyOf(sockets).forEach(socket -> socket.end(why, cause));
  }
}
