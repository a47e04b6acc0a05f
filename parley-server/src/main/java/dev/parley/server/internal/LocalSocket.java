package dev.parley.server.internal;

import dev.parley.AckException;
import dev.parley.AnyListener;
import dev.parley.Args;
import dev.parley.Broadcast;
import dev.parley.Call;
import dev.parley.DataKey;
import dev.parley.Disconnect;
import dev.parley.DisconnectReason;
import dev.parley.ErrorHandler;
import dev.parley.Handlers;
import dev.parley.Handshake;
import dev.parley.Namespace;
import dev.parley.PayloadException;
import dev.parley.RemoteSocket;
import dev.parley.Socket;
import dev.parley.TransportType;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Selection;
import dev.parley.server.internal.engine.Session;
import dev.parley.server.transport.Outgoing;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One client in one namespace, on this node.
 *
 * <p>Its life is short to tell: it is made connected, once admission has ended well, and {@link #end} ends it, once, from any
 * thread. Rooms and the end are guarded by this object's lock; acknowledgements belong to the wire lane; handlers run on the
 * handler lane.
 */
final class LocalSocket extends HandlersBase<Socket> implements Socket {
  private static final System.Logger LOG = System.getLogger(Socket.class.getName());

  private final Connection connection;
  private final LocalNamespace namespace;
  private final String id;
  private final Handshake handshake;
  private final SerialExecutor handlerLane;

  /** Rooms but the one of its own id; null while there are none. Guarded by this. */
  private @Nullable Set<String> rooms;

  /** Guarded by this. */
  private boolean inOwnRoom = true;

  private volatile boolean connected = true;
  /** The server sent it away: events that still wait for a handler are dropped. */
  private volatile boolean dropsEvents;

  /** A payload that could not be read has been logged; further ones are not worth more than a debug line. */
  private volatile boolean payloadReported;

  private volatile @Nullable Map<DataKey<?>, Object> data;
  private volatile @Nullable HandlerTable table;

  /** Wire lane only. */
  private @Nullable AckTable acks;

  LocalSocket(Connection connection, LocalNamespace namespace, AdmissionAttempt attempt) {
    this.connection = connection;
    this.namespace = namespace;
    this.id = attempt.id();
    this.handshake = attempt.handshake();
    this.handlerLane = attempt.handlerLane();
    this.data = attempt.takeData();
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Namespace namespace() {
    return namespace;
  }

  @Override
  public Handshake handshake() {
    return handshake;
  }

  @Override
  public boolean connected() {
    return connected;
  }

  Session session() {
    return connection.session();
  }

  SerialExecutor handlerLane() {
    return handlerLane;
  }

  boolean dropsEvents() {
    return dropsEvents;
  }

  @Override
  public TransportType transport() {
    return session().transport();
  }

  @Override
  public boolean writable() {
    return connected && session().writable();
  }

  @Override
  public long queuedBytes() {
    return session().queuedBytes();
  }

  @Override
  public synchronized Set<String> rooms() {
    Set<String> all = rooms == null ? new HashSet<>(1) : new HashSet<>(rooms);
    if (inOwnRoom && connected) {
      all.add(id);
    }
    return Set.copyOf(all);
  }

  synchronized boolean isIn(String room) {
    return room.equals(id) && inOwnRoom || rooms != null && rooms.contains(room);
  }

  @Override
  public void join(String... names) {
    for (String room : names) {
      boolean created;
      synchronized (this) {
        if (!connected || isIn(room)) {
          continue;
        }
        created = enter(room);
      }
      // Listeners are the user's code: told without the lock.
      namespace.members().joined(this, room, created);
    }
  }

  /** Under the lock. @return true if this made the room */
  private boolean enter(String room) {
    if (room.equals(id)) {
      inOwnRoom = true;
      return true;
    }
    int most = connection.limits().maxRoomsPerSocket();
    if (rooms == null) {
      rooms = new HashSet<>(2);
    } else if (rooms.size() >= most) {
      throw new IllegalStateException(
          "the socket is in " + rooms.size() + " rooms, at most " + most + " are allowed");
    }
    rooms.add(room);
    return namespace.members().join(this, room);
  }

  @Override
  public void leave(String... names) {
    for (String room : names) {
      boolean deleted;
      synchronized (this) {
        if (!connected || !isIn(room)) {
          continue;
        }
        deleted = exit(room);
      }
      namespace.members().left(this, room, deleted);
    }
  }

  /** Under the lock. @return true if this emptied the room */
  private boolean exit(String room) {
    if (room.equals(id)) {
      inOwnRoom = false;
      return true;
    }
    if (rooms != null) {
      rooms.remove(room);
    }
    return namespace.members().leave(this, room);
  }

  @Override
  public <T> @Nullable T data(DataKey<T> key) {
    if (key.isShared()) {
      return key.cast(connection.data().get(key));
    }
    Map<DataKey<?>, Object> own = data;
    return own == null ? null : key.cast(own.get(key));
  }

  @Override
  public <T> void data(DataKey<T> key, @Nullable T value) {
    Map<DataKey<?>, Object> target = key.isShared() ? connection.data() : ownData();
    if (value == null) {
      target.remove(key);
    } else {
      target.put(key, value);
    }
  }

  /** What other nodes of a cluster may see, by name. */
  Map<String, Object> shownData() {
    Map<String, Object> shown = new HashMap<>();
    addShown(connection.data(), shown);
    Map<DataKey<?>, Object> own = data;
    if (own != null) {
      addShown(own, shown);
    }
    return shown;
  }

  private static void addShown(Map<DataKey<?>, Object> data, Map<String, Object> shown) {
    data.forEach((key, value) -> {
      if (key.isShownInCluster()) {
        shown.put(key.name(), value);
      }
    });
  }

  private Map<DataKey<?>, Object> ownData() {
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
  HandlerTable table() {
    HandlerTable known = table;
    if (known == null) {
      synchronized (this) {
        known = table;
        if (known == null) {
          table = known = new HandlerTable("this socket of the namespace " + namespace.name());
        }
      }
    }
    return known;
  }

  @Nullable
  HandlerTable ownTable() {
    return table;
  }

  @Override
  Socket self() {
    return this;
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    emit(Flags.DEFAULT, event, args);
  }

  void emit(Flags flags, String event, @Nullable Object... args) {
    EventNames.check(event);
    if (!connected) {
      return;
    }
    Body body = packets().payloads().event(event, args);
    notifyOutgoing(event, body);
    session()
        .send(
            packets()
                .write(new Packet.Event(namespace.name(), body, Packet.NO_ACK), flags.compress()),
            flags.isVolatile());
  }

  /** Sends an event of the admission, before anybody else can find this socket. Wire lane only. */
  void greet(String event, Body body) {
    notifyOutgoing(event, body);
    session()
        .push(
            packets().write(new Packet.Event(namespace.name(), body, Packet.NO_ACK), true), false);
  }

  private PacketWriter packets() {
    return namespace.packets();
  }

  @Override
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return emitWithAck(Flags.DEFAULT, event, args);
  }

  CompletableFuture<Args> emitWithAck(Flags flags, String event, @Nullable Object... args) {
    Body body = packets().payloads().event(EventNames.check(event), args);
    notifyOutgoing(event, body);
    FutureAck ack = new FutureAck(packets(), event);
    long ackId = namespace.members().nextAckId();
    ask(
        ackId,
        packets().write(new Packet.Event(namespace.name(), body, ackId), flags.compress()),
        flags,
        ack);
    return ack.future();
  }

  /** Sends an event that is to be acknowledged under this id. Any thread; in order with other events of that thread. */
  void ask(long ackId, List<Outgoing> frames, Flags flags, PendingAck ack) {
    if (!connected) {
      // At once: after the server's close there is no lane any more that would find out.
      ack.failed(AckException.Reason.DISCONNECTED);
      return;
    }
    session().execute(() -> {
      int most = connection.limits().maxPendingAcks();
      AckTable table = acks != null ? acks : (acks = new AckTable());
      if (!connected) {
        ack.failed(AckException.Reason.DISCONNECTED);
      } else if (table.size() >= most) {
        ack.failed(AckException.Reason.TOO_MANY_PENDING);
      } else {
        table.add(ackId, deadline(flags.timeout()), ack);
        session().rescheduled();
        session().push(frames, flags.isVolatile());
      }
    });
  }

  private long deadline(@Nullable Duration timeout) {
    return timeout == null ? Long.MAX_VALUE : session().lane().nanoTime() + timeout.toNanos();
  }

  static Duration checkTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "timeout " + timeout + ", more than zero and at most 1 day is allowed");
    }
    return timeout;
  }

  @Override
  public <T, R> CompletableFuture<R> call(Call<T, R> call, T payload) {
    return call(Flags.DEFAULT, call, payload);
  }

  @SuppressWarnings("unchecked") // bound to the type that the call declares
  <T, R> CompletableFuture<R> call(Flags flags, Call<T, R> call, T payload) {
    return emitWithAck(flags, call.name(), payload)
        .thenApply(values -> (R) ((ReceivedArgs) values).get(0, call.answer()));
  }

  /** The client acknowledged. Wire lane only. */
  void acknowledged(Packet.Ack packet) {
    PendingAck ack = acks == null ? null : acks.take(packet.ackId());
    if (ack != null) {
      ack.answered(values(packet, ack));
    }
  }

  private Args values(Packet.Ack packet, PendingAck ack) {
    try {
      return ReceivedArgs.of(packets().payloads(), packet.body(), 0);
    } catch (ProtocolException e) {
      // The connection ends for it, and nobody else would tell the one who waits.
      ack.failed(AckException.Reason.DISCONNECTED);
      throw e;
    }
  }

  long nextDeadline() {
    return acks == null ? Long.MAX_VALUE : acks.nextDeadline();
  }

  void expireAcks(long nowNanos) {
    if (acks != null) {
      acks.expire(nowNanos);
    }
  }

  @Override
  public Broadcast to(String... names) {
    return broadcast().to(names);
  }

  @Override
  public Broadcast except(String... names) {
    return broadcast().except(names);
  }

  @Override
  public Broadcast broadcast() {
    return namespace.select(new Selection(Set.of(), Set.of(), id));
  }

  @Override
  public RemoteSocket asVolatile() {
    return FlaggedSocket.of(this).asVolatile();
  }

  @Override
  public RemoteSocket compress(boolean compress) {
    return FlaggedSocket.of(this).compress(compress);
  }

  @Override
  public RemoteSocket timeout(Duration timeout) {
    return FlaggedSocket.of(this).timeout(timeout);
  }

  @Override
  public void disconnect(boolean close) {
    if (close) {
      connection.disconnectAll();
    } else {
      disconnectHere();
    }
  }

  @Override
  public void closeConnection() {
    session().close(CloseReason.FORCED_CLOSE, null, false);
  }

  void disconnectHere() {
    dropsEvents = true;
    if (end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT, null)) {
      session().send(packets().write(new Packet.Disconnect(namespace.name()), true), false);
    }
  }

  /**
   * Ends this socket: it leaves its rooms now, its acknowledgements fail, its disconnect handlers run after the events that
   * came before. Any thread.
   *
   * @return false if it had ended before
   */
  boolean end(DisconnectReason reason, @Nullable Throwable cause) {
    Set<String> left;
    Set<String> emptied = new HashSet<>();
    synchronized (this) {
      if (!connected) {
        return false;
      }
      left = rooms();
      connected = false;
      namespace.members().remove(this);
      for (String room : left) {
        if (exit(room)) {
          emptied.add(room);
        }
      }
    }
    left.forEach(room -> namespace.members().left(this, room, emptied.contains(room)));
    session().execute(() -> {
      connection.forget(this);
      if (acks != null) {
        acks.failAll();
      }
    });
    Disconnect how = new Disconnect(reason, cause, left);
    namespace.release();
    if (hasDisconnectHandlers()) {
      tell(how);
    }
    return true;
  }

  private void tell(Disconnect how) {
    try {
      if (session().inLane()) {
        connection.queue(handlerLane, 1, () -> runDisconnectHandlers(how));
      } else {
        handlerLane.execute(() -> runDisconnectHandlers(how));
      }
    } catch (RejectedExecutionException closed) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "the handler executor takes no tasks; disconnect handlers were not called");
    }
  }

  private boolean hasDisconnectHandlers() {
    HandlerTable own = table;
    // A handler that waits or runs may still register one on this socket.
    return !namespace.setup().handlers.onDisconnect.isEmpty()
        || own != null && !own.onDisconnect.isEmpty()
        || !handlerLane.idle();
  }

  private void runDisconnectHandlers(Disconnect how) {
    HandlerTable own = table;
    if (own != null) {
      own.onDisconnect.forEach(handler -> runDisconnectHandler(handler, how));
    }
    namespace.setup().handlers.onDisconnect.forEach(handler -> runDisconnectHandler(handler, how));
  }

  private void runDisconnectHandler(Handlers.DisconnectHandler handler, Disconnect how) {
    try {
      handler.onDisconnect(this, how);
    } catch (Throwable e) {
      failed("disconnect", e);
    }
  }

  /** Greets the client: first thing on the handler lane. */
  void runConnectHandlers() {
    for (Namespace.ConnectHandler handler : namespace.setup().onConnect) {
      try {
        handler.onConnect(this);
      } catch (Throwable e) {
        failed("connect", e);
      }
    }
  }

  /** Tells the error handler what a handler threw. @return what to acknowledge with, or null */
  @Nullable
  Object failed(String event, Throwable error) {
    ErrorHandler handler = namespace.setup().onError;
    if (handler == null) {
      // Jackson's exceptions cite what they could not read, and payloads are never logged.
      String what = "a handler of \"" + event + "\" in " + namespace.name() + " failed";
      if (error instanceof PayloadException) {
        // The client's doing, most likely: once for each socket, or it could fill the disk.
        System.Logger.Level level =
            payloadReported ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR;
        payloadReported = true;
        LOG.log(level, what + ": " + error.getMessage());
      } else {
        LOG.log(System.Logger.Level.ERROR, what, error);
      }
      return null;
    }
    try {
      return handler.onError(this, event, error);
    } catch (Throwable e) {
      e.addSuppressed(error);
      LOG.log(System.Logger.Level.ERROR, "the error handler of " + namespace.name() + " failed", e);
      return null;
    }
  }

  /** Sends an acknowledgement. Any thread. */
  void acknowledge(long ackId, @Nullable Object value) {
    if (connected) {
      Body body = packets().payloads().values(value);
      session().send(packets().write(new Packet.Ack(namespace.name(), body, ackId), true), false);
    }
  }

  /** Sends an acknowledgement when the stage completes. */
  void acknowledge(long ackId, String event, CompletionStage<?> stage) {
    stage.whenComplete((value, error) -> {
      try {
        Object answer = error == null ? value : failed(event, error);
        if (ackId != Packet.NO_ACK && (error == null || answer != null)) {
          acknowledge(ackId, answer);
        }
      } catch (RuntimeException e) {
        failed(event, e);
      }
    });
  }

  boolean watchesOutgoing() {
    HandlerTable own = table;
    return !namespace.setup().handlers.anyOutgoing.isEmpty()
        || own != null && !own.anyOutgoing.isEmpty();
  }

  private void notifyOutgoing(String event, Body body) {
    if (watchesOutgoing()) {
      notifyOutgoing(event, packets().args(body));
    }
  }

  void notifyOutgoing(String event, Args args) {
    notifyAll(namespace.setup().handlers.anyOutgoing, event, args);
    HandlerTable own = table;
    if (own != null) {
      notifyAll(own.anyOutgoing, event, args);
    }
  }

  void notifyAll(List<AnyListener> listeners, String event, Args args) {
    for (AnyListener listener : listeners) {
      try {
        listener.onEvent(this, event, args);
      } catch (Throwable e) {
        failed(event, e);
      }
    }
  }

  LocalNamespace localNamespace() {
    return namespace;
  }

  Connection connection() {
    return connection;
  }

  @Override
  public String toString() {
    return "socket " + id + " of " + namespace.name();
  }
}
