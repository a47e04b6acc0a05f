package dev.parley.server.internal;

import dev.parley.AckException;
import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.RemoteSocket;
import dev.parley.RoomListener;
import dev.parley.ServerEventHandler;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import dev.parley.server.adapter.AckCollector;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.LocalSockets;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import dev.parley.server.transport.Outgoing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sockets of one namespace on this node, by id and by room, and what can be done to a selection of them. */
final class LocalAdapter implements LocalSockets {
  private static final System.Logger LOG = System.getLogger(RoomListener.class.getName());

  private static final int MAX_SERVER_SIDE_EVENTS = 10_000;

  private final String namespace;
  /** Runs the handlers of server-side events, in order. */
  private final SerialExecutor serverSide;

  private final NamespaceSetup setup;
  private final PacketWriter packets;
  private final Map<String, LocalSocket> sockets = new ConcurrentHashMap<>();
  private final Rooms rooms = new Rooms();
  /** Of the adapter; those of the setup are shared with the other children of a dynamic namespace. */
  private final List<RoomListener> watchers = new CopyOnWriteArrayList<>();

  private final AtomicLong ackIds = new AtomicLong();

  LocalAdapter(String namespace, NamespaceSetup setup, PacketWriter packets) {
    this.namespace = namespace;
    this.setup = setup;
    this.packets = packets;
    this.serverSide = new SerialExecutor(packets.completions());
  }

  @Override
  public String namespace() {
    return namespace;
  }

  /** An id for an acknowledgement; unique in the namespace, so that a broadcast can share one packet. */
  long nextAckId() {
    return ackIds.getAndIncrement();
  }

  void add(LocalSocket socket) {
    sockets.put(socket.id(), socket);
    joined(socket, socket.id(), true);
  }

  void remove(LocalSocket socket) {
    sockets.remove(socket.id(), socket);
  }

  /** Called under the socket's lock. @return true if this made the room */
  boolean join(LocalSocket socket, String room) {
    return rooms.add(room, socket);
  }

  /** Called under the socket's lock. @return true if this emptied the room */
  boolean leave(LocalSocket socket, String room) {
    return rooms.remove(room, socket);
  }

  /** Tells the listeners, without a lock. */
  void joined(LocalSocket socket, String room, boolean created) {
    joined(watchers, socket, room, created);
    joined(setup.onRoom, socket, room, created);
  }

  private void joined(
      List<RoomListener> listeners, LocalSocket socket, String room, boolean created) {
    for (RoomListener listener : listeners) {
      tell(() -> {
        if (created) {
          listener.onCreate(room);
        }
        listener.onJoin(room, socket.id());
      });
    }
  }

  /** Tells the listeners, without a lock. */
  void left(LocalSocket socket, String room, boolean deleted) {
    left(watchers, socket, room, deleted);
    left(setup.onRoom, socket, room, deleted);
  }

  private void left(
      List<RoomListener> listeners, LocalSocket socket, String room, boolean deleted) {
    for (RoomListener listener : listeners) {
      tell(() -> {
        listener.onLeave(room, socket.id());
        if (deleted) {
          listener.onDelete(room);
        }
      });
    }
  }

  /** What a listener throws must not keep a socket from joining or ending. */
  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a room listener of " + namespace + " failed", e);
    }
  }

  @Nullable
  LocalSocket find(String id) {
    return sockets.get(id);
  }

  Collection<LocalSocket> all() {
    return sockets.values();
  }

  @Override
  public Set<String> rooms() {
    return rooms.names();
  }

  @Override
  public boolean hasRoom(String room) {
    return rooms.of(room) != null || sockets.containsKey(room);
  }

  @Override
  public Map<String, Object> shownData(String socketId) {
    LocalSocket socket = sockets.get(socketId);
    return socket == null ? Map.of() : socket.shownData();
  }

  @Override
  public Bodies bodies() {
    return packets.payloads();
  }

  @Override
  public void complete(Runnable completion) {
    packets.complete(completion);
  }

  @Override
  public void onServerSideEvent(Body event, Consumer<Args> answer) {
    if (serverSide.size() >= MAX_SERVER_SIDE_EVENTS) {
      LOG.log(
          System.Logger.Level.WARNING,
          MAX_SERVER_SIDE_EVENTS + " server-side events of " + namespace
              + " wait for their handlers; another one is dropped");
      return;
    }
    try {
      serverSide.execute(() -> handleServerSide(event, answer));
    } catch (RejectedExecutionException closing) {
      LOG.log(System.Logger.Level.DEBUG, "closing, a server-side event is dropped");
    }
  }

  private void handleServerSide(Body event, Consumer<Args> answer) {
    String name = packets.payloads().eventName(event);
    ServerEventHandler handler = setup.serverSide.get(name);
    if (handler == null) {
      return;
    }
    try {
      Object result = handler.handle(packets.args(event));
      if (result instanceof CompletionStage<?> stage) {
        stage.whenComplete((value, error) -> {
          if (error == null) {
            answer.accept(asArgs(value));
          } else {
            failed(name, error);
          }
        });
      } else {
        answer.accept(asArgs(result));
      }
    } catch (Throwable e) {
      failed(name, e);
    }
  }

  private static Args asArgs(@Nullable Object value) {
    return value instanceof Args args ? args : Args.of(value);
  }

  private void failed(String event, Throwable error) {
    LOG.log(
        System.Logger.Level.ERROR,
        "the handler of the server-side event \"" + event + "\" in " + namespace + " failed",
        error);
  }

  @Override
  public void serverSideEmit(Outbound event) {}

  @Override
  public CompletableFuture<List<Args>> serverSideEmitWithAck(Outbound event) {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public boolean has(String socketId) {
    return sockets.containsKey(socketId);
  }

  @Override
  public void onRoom(RoomListener listener) {
    watchers.add(listener);
  }

  /** The selected sockets, each once. May change while it is read. */
  Collection<LocalSocket> select(Selection selection) {
    Collection<LocalSocket> chosen = chosen(selection.rooms());
    if (selection.except().isEmpty() || chosen.isEmpty()) {
      return chosen;
    }
    List<LocalSocket> rest = new ArrayList<>(chosen.size());
    for (LocalSocket socket : chosen) {
      if (!isExcepted(socket, selection.except())) {
        rest.add(socket);
      }
    }
    return rest;
  }

  private static boolean isExcepted(LocalSocket socket, Set<String> except) {
    for (String room : except) {
      if (room.equals(socket.id()) || socket.isIn(room)) {
        return true;
      }
    }
    return false;
  }

  private Collection<LocalSocket> chosen(Set<String> wanted) {
    if (wanted.isEmpty()) {
      return sockets.values();
    }
    if (wanted.size() == 1) {
      String room = wanted.iterator().next();
      if (!sockets.containsKey(room)) {
        Collection<LocalSocket> members = rooms.of(room);
        return members == null ? List.of() : members;
      }
    }
    Set<LocalSocket> union = new LinkedHashSet<>();
    for (String room : wanted) {
      LocalSocket owner = sockets.get(room);
      if (owner != null && owner.isIn(room)) {
        union.add(owner);
      }
      Collection<LocalSocket> members = rooms.of(room);
      if (members != null) {
        union.addAll(members);
      }
    }
    return union;
  }

  @Override
  public void broadcast(Outbound event, Selection selection, Flags flags) {
    Collection<LocalSocket> targets = select(selection);
    if (targets.isEmpty()) {
      return;
    }
    notifyOutgoing(targets, event);
    List<Outgoing> frames =
        packets.write(new Packet.Event(namespace, event.body(), Packet.NO_ACK), flags.compress());
    LaneBatch.send(targets, frames, flags.isVolatile());
  }

  private void notifyOutgoing(Collection<LocalSocket> targets, Outbound event) {
    for (LocalSocket target : targets) {
      if (target.watchesOutgoing()) {
        target.notifyOutgoing(event.event(), packets.args(event.body()));
      }
    }
  }

  @Override
  public CompletableFuture<AckReport> broadcastWithAck(
      Outbound event, Selection selection, Flags flags) {
    BroadcastAcks acks = new BroadcastAcks(packets);
    broadcastWithAck(event, selection, flags, acks);
    return acks.report();
  }

  @Override
  public void broadcastWithAck(
      Outbound event, Selection selection, Flags flags, AckCollector collector) {
    List<LocalSocket> targets = List.copyOf(select(selection));
    collector.asked(targets.stream().map(LocalSocket::id).toList());
    notifyOutgoing(targets, event);
    long ackId = nextAckId();
    List<Outgoing> frames =
        packets.write(new Packet.Event(namespace, event.body(), ackId), flags.compress());
    for (LocalSocket target : targets) {
      target.ask(ackId, frames, flags, new Answer(collector, target.id()));
    }
  }

  private record Answer(AckCollector collector, String socketId) implements PendingAck {
    @Override
    public void answered(Args values) {
      collector.answered(socketId, values);
    }

    @Override
    public void failed(AckException.Reason reason) {
      collector.missing(socketId);
    }
  }

  @Override
  public CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, Flags flags) {
    return CompletableFuture.completedFuture(List.copyOf(select(selection)));
  }

  @Override
  public void socketsJoin(Selection selection, Flags flags, Set<String> rooms) {
    String[] names = rooms.toArray(String[]::new);
    RuntimeException failure = null;
    for (LocalSocket socket : List.copyOf(select(selection))) {
      try {
        socket.join(names);
      } catch (IllegalStateException tooMany) {
        // One socket that is in too many rooms must not keep the others out.
        failure = failure == null ? tooMany : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void socketsLeave(Selection selection, Flags flags, Set<String> rooms) {
    String[] names = rooms.toArray(String[]::new);
    List.copyOf(select(selection)).forEach(socket -> socket.leave(names));
  }

  @Override
  public void disconnectSockets(Selection selection, Flags flags, boolean close) {
    List.copyOf(select(selection)).forEach(socket -> socket.disconnect(close));
  }

  @Override
  public void close() {}
}
