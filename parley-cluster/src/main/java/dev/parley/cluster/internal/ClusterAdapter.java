package dev.parley.cluster.internal;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.PayloadException;
import dev.parley.RemoteSocket;
import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.AckCollector;
import dev.parley.server.adapter.Adapter;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.LocalSockets;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * One namespace of one node. What is done here is done to the local sockets at once and told to the others; what they tell
 * is done to the local sockets. A node's own messages come back to it and are dropped before they get here.
 *
 * <p>Nothing waits: a question is a {@link Request} that ends by answers or by {@link #tick}. Messages of one thread leave in
 * the order of its calls, and those of one channel are done in the order in which they come.
 */
public final class ClusterAdapter implements Adapter {
  static final System.Logger LOG = System.getLogger("dev.parley.cluster");

  /** What a node is here for. */
  enum Role {
    /** Has sockets. */
    SERVER,
    /** Only speaks. */
    EMITTER,
    /** Speaks, and hears answers. */
    ASKING_EMITTER
  }

  private final ClusterNode cluster;
  private final LocalSockets local;
  private final Format.Node node;
  private final Role role;
  private final Interest interest;
  private final Members members;
  private final Map<String, Request<?>> requests = new ConcurrentHashMap<>();
  private volatile @Nullable CompletionStage<?> subscription;
  private volatile boolean closed;
  private volatile long nextHeartbeat;

  ClusterAdapter(ClusterNode cluster, LocalSockets local, String id, Role role) {
    this.cluster = cluster;
    this.local = local;
    this.node = new Format.Node(local.namespace(), id);
    this.role = role;
    this.interest = new Interest(cluster, node, local);
    long now = cluster.now();
    this.members = new Members(cluster.options.heartbeatTimeout().toNanos());
    this.nextHeartbeat = now + cluster.options.heartbeatInterval().toNanos();
  }

  void open() {
    if (role == Role.SERVER) {
      subscription = cluster.subscribe(cluster.format.channels(node));
      local.onRoom(interest);
    } else if (role == Role.ASKING_EMITTER) {
      subscription = cluster.subscribe(cluster.format.answerChannels(node));
    }
    greet();
  }

  private boolean usesHeartbeats() {
    return role != Role.EMITTER && cluster.format.membership() == Format.Membership.HEARTBEATS;
  }

  /** Asks who is there, once the answers can be heard. */
  private void greet() {
    CompletionStage<?> subscribed = subscription;
    if (usesHeartbeats() && subscribed != null) {
      members.unsettle();
      subscribed.thenRun(() -> {
        members.asked(cluster.now());
        beat(true);
        if (role != Role.SERVER) {
          // Nobody shall wait for answers of an emitter.
          say(new ClusterMessage.Leaving());
        }
      });
    }
  }

  /** Under the lock, so that none follows when this node has said that it leaves. */
  private synchronized void beat(boolean initial) {
    if (closed) {
      return;
    }
    if (role == Role.SERVER) {
      members.said(cluster.now());
    }
    say(new ClusterMessage.Heartbeat(initial));
  }

  /** What this node said has come back to it. On a thread of the bus. */
  void echoed(ClusterMessage message) {
    if (message instanceof ClusterMessage.Heartbeat) {
      members.echoed(cluster.now());
    }
  }

  void onConnected() {
    if (!closed && subscription != null) {
      greet();
    }
  }

  String namespace() {
    return node.namespace();
  }

  String id() {
    return node.id();
  }

  Bodies bodies() {
    return local.bodies();
  }

  int members() {
    return members.size();
  }

  private CompletionStage<@Nullable Void> publish(ClusterMessage message) {
    CompletionStage<@Nullable Void> sent = publish(frames(message));
    if (role == Role.ASKING_EMITTER && usesHeartbeats()) {
      // Whoever says anything is a node to Node, which would wait for an emitter's answers.
      sent.thenRun(() -> say(new ClusterMessage.Leaving()));
    }
    return sent;
  }

  /** Local clients have nothing to do with what the bus cannot carry: then it is lost there, and counted. */
  private CompletionStage<@Nullable Void> publishIfWritable(ClusterMessage message) {
    try {
      return publish(message);
    } catch (JacksonException | ProtocolException e) {
      // Jackson's own words may cite the payload, but not where they tell of a bound.
      return cluster.traffic.lose("an event cannot be written for the bus: "
          + (e instanceof StreamConstraintsException
              ? e.getMessage()
              : e.getClass().getName()));
    }
  }

  private CompletionStage<@Nullable Void> publish(List<Format.Frame> frames) {
    if (frames.size() == 1) {
      return cluster.traffic.publish(frames.get(0));
    }
    return CompletableFuture.allOf(frames.stream()
        .map(frame -> cluster.traffic.publish(frame).toCompletableFuture())
        .toArray(CompletableFuture<?>[]::new));
  }

  private void say(ClusterMessage greeting) {
    frames(greeting).forEach(cluster.traffic::greet);
  }

  private List<Format.Frame> frames(ClusterMessage message) {
    List<Format.Frame> frames = cluster.format.encodeAll(node, message, bodies());
    if (frames == null) {
      throw new UnsupportedOperationException("the format " + cluster.format.name()
          + " has no message " + message.getClass().getSimpleName() + " like this");
    }
    return frames;
  }

  /** An answer that cannot be sent ends in the asker's timeout. */
  private void answer(ClusterMessage.Answer answer) {
    publish(answer);
  }

  @Override
  public void broadcast(Outbound event, Selection selection, Flags flags) {
    if (!flags.local()) {
      publishIfWritable(new ClusterMessage.Broadcast(null, event, selection, flags));
    }
    local.broadcast(event, selection, flags);
  }

  @Override
  public void socketsJoin(Selection selection, Flags flags, Set<String> rooms) {
    if (!flags.local()) {
      publish(new ClusterMessage.SocketsJoin(selection, rooms));
    }
    local.socketsJoin(selection, flags, rooms);
  }

  @Override
  public void socketsLeave(Selection selection, Flags flags, Set<String> rooms) {
    if (!flags.local()) {
      publish(new ClusterMessage.SocketsLeave(selection, rooms));
    }
    local.socketsLeave(selection, flags, rooms);
  }

  @Override
  public void disconnectSockets(Selection selection, Flags flags, boolean close) {
    if (!flags.local()) {
      publish(new ClusterMessage.DisconnectSockets(selection, close));
    }
    local.disconnectSockets(selection, flags, close);
  }

  @Override
  public void serverSideEmit(Outbound event) {
    publishIfWritable(new ClusterMessage.ServerSideEmit(null, event.body()));
  }

  @Override
  public CompletableFuture<AckReport> broadcastWithAck(
      Outbound event, Selection selection, Flags flags) {
    if (flags.local()) {
      return local.broadcastWithAck(event, selection, flags);
    }
    String id = cluster.format.newRequestId();
    ClusterMessage.Broadcast message = new ClusterMessage.Broadcast(id, event, selection, flags);
    Request.Acks request = new Request.Acks(
        id, deadline(flags.timeout()), local::complete, cluster.format.acknowledgements(message));
    ask(request, message);
    local.broadcastWithAck(event, selection, flags, request);
    return request.future;
  }

  @Override
  public CompletableFuture<List<RemoteSocket>> fetchSockets(Selection selection, Flags flags) {
    if (flags.local()) {
      return local.fetchSockets(selection, flags);
    }
    String id = cluster.format.newRequestId();
    // The local part is there at once: local sockets are not asked, but looked up.
    Request.Fetch request = new Request.Fetch(
        id,
        deadline(flags.timeout()),
        local::complete,
        local.fetchSockets(selection, flags).join());
    ask(request, new ClusterMessage.FetchSockets(id, selection));
    return request.future;
  }

  @Override
  public CompletableFuture<List<Args>> serverSideEmitWithAck(Outbound event) {
    String id = cluster.format.newRequestId();
    Request.ServerSide request = new Request.ServerSide(id, deadline(null), local::complete);
    ask(request, new ClusterMessage.ServerSideEmit(id, event.body()));
    return request.future;
  }

  private long deadline(@Nullable Duration timeout) {
    return cluster.now() + (timeout == null ? cluster.options.requestTimeout() : timeout).toNanos();
  }

  private void ask(Request<?> request, ClusterMessage question) {
    if (role == Role.EMITTER) {
      throw new IllegalStateException(
          "this emitter hears no answers: build it with replies() to ask");
    }
    int most = cluster.options.maxPendingRequests();
    if (requests.size() >= most) {
      throw new IllegalStateException(
          "at most " + most + " questions to other nodes may be open at once");
    }
    requests.put(request.id, request);
    request.future.whenComplete((done, error) -> requests.remove(request.id));
    if (closed) {
      request.expire(); // Nobody ticks any more for a namespace that is gone.
      return;
    }
    CompletionStage<?> subscribed = subscription;
    if (subscribed == null
        || subscribed.toCompletableFuture().isDone()
        || !cluster.traffic.isConnected()) {
      put(request, question);
      return;
    }
    // The answers would pass by. If this takes long, the deadline ends it.
    subscribed.whenComplete((done, error) -> {
      try {
        put(request, question);
      } catch (RuntimeException e) {
        request.fail(e);
      }
    });
  }

  private void put(Request<?> request, ClusterMessage question) {
    // Right before the question: a node that comes in between may answer and is not waited for. The
    // other way round it would be waited for in vain.
    boolean counts = hearsAnswers();
    if (counts) {
      countNodes(request);
    }
    CompletionStage<@Nullable Void> sent;
    try {
      sent = publishIfWritable(question);
    } catch (RuntimeException e) {
      requests.remove(request.id);
      throw e;
    }
    sent.whenComplete((done, error) -> {
      if (error != null || !hearsAnswers()) {
        request.update(Awaited::unreachable);
        return;
      }
      request.sent = true;
      if (!counts) {
        countNodes(request);
      }
    });
  }

  /** Whether answers can come: before the subscription is there they pass by, and this node is not among those counted. */
  private boolean hearsAnswers() {
    CompletionStage<?> subscribed = subscription;
    return subscribed != null
        && subscribed.toCompletableFuture().isDone()
        && cluster.traffic.isConnected();
  }

  private void countNodes(Request<?> request) {
    if (usesHeartbeats()) {
      if (members.settled(cluster.now())) {
        request.update(nodes -> nodes.expect(members.ids()));
      } // Else the tick after those who are there had time to say so.
      return;
    }
    cluster.bus.subscribers(cluster.format.memberChannel(node)).whenComplete((count, error) -> {
      if (error == null && count != null && count >= 0) {
        request.update(nodes -> nodes.expect(count - (role == Role.SERVER ? 1 : 0)));
      }
    });
  }

  /** Lets time pass. */
  void tick(long now) {
    for (Request<?> request : requests.values()) {
      if (now - request.deadlineNanos >= 0) {
        request.expire();
      }
    }
    if (closed || !usesHeartbeats()) {
      return;
    }
    for (String dead : members.expire(now, cluster.traffic.isConnected())) {
      buried(dead, "was silent for too long");
    }
    if (members.settled(now)) {
      Set<String> ids = null;
      for (Request<?> request : requests.values()) {
        if (request.sent && !request.knowsNodes()) {
          ids = ids == null ? members.ids() : ids;
          Set<String> known = ids;
          request.update(nodes -> nodes.expect(known));
        }
      }
    }
    if (role == Role.SERVER && now - nextHeartbeat >= 0) {
      nextHeartbeat = now + cluster.options.heartbeatInterval().toNanos();
      beat(false);
    }
  }

  private void buried(String id, String why) {
    LOG.log(System.Logger.Level.INFO, "the node {0} of {1} {2}", id, namespace(), why);
    requests.values().forEach(request -> request.update(nodes -> nodes.gone(id)));
  }

  /** Another node or an emitter said something. On a thread of the bus. */
  void receive(String from, ClusterMessage message) {
    if (closed) {
      return;
    }
    if (message instanceof ClusterMessage.Answer answer) {
      receiveAnswer(from, answer);
    } else if (message instanceof ClusterMessage.Heartbeat heartbeat) {
      members.joined(from, cluster.now());
      if (heartbeat.initial() && role == Role.SERVER) {
        beat(false);
      }
      return;
    } else if (message instanceof ClusterMessage.Leaving) {
      if (members.left(from)) {
        buried(from, "has left");
      }
      return;
    } else if (role == Role.SERVER) {
      obey(from, message);
    }
    members.heard(from, cluster.now());
  }

  private void obey(String from, ClusterMessage message) {
    if (message instanceof ClusterMessage.Broadcast it) {
      String requestId = it.requestId();
      if (requestId == null) {
        local.broadcast(it.event(), it.selection(), it.flags());
      } else {
        local.broadcastWithAck(
            it.event(), it.selection(), bounded(it.flags()), new Relay(from, requestId));
      }
    } else if (message instanceof ClusterMessage.SocketsJoin it) {
      local.socketsJoin(it.selection(), Flags.DEFAULT, it.rooms());
    } else if (message instanceof ClusterMessage.SocketsLeave it) {
      local.socketsLeave(it.selection(), Flags.DEFAULT, it.rooms());
    } else if (message instanceof ClusterMessage.DisconnectSockets it) {
      local.disconnectSockets(it.selection(), Flags.DEFAULT, it.close());
    } else if (message instanceof ClusterMessage.FetchSockets it) {
      local
          .fetchSockets(it.selection(), Flags.DEFAULT)
          .thenAccept(sockets -> obeyFetch(from, it.requestId(), sockets));
    } else if (message instanceof ClusterMessage.ServerSideEmit it) {
      obeyServerSide(from, it);
    } else if (message instanceof ClusterMessage.ListSockets it) {
      Selection selection = new Selection(it.rooms(), Set.of());
      local.fetchSockets(selection, Flags.DEFAULT).thenAccept(sockets -> {
        Set<String> ids = new HashSet<>();
        sockets.forEach(socket -> ids.add(socket.id()));
        answer(new ClusterMessage.Names(from, it.requestId(), false, ids));
      });
    } else if (message instanceof ClusterMessage.ListRooms it) {
      answer(new ClusterMessage.Names(from, it.requestId(), true, local.rooms()));
    }
  }

  private void obeyFetch(String from, String requestId, List<RemoteSocket> sockets) {
    Snapshots snapshots = new Snapshots(local, cluster.options);
    List<SocketSnapshot> found = snapshots.of(sockets);
    try {
      answer(new ClusterMessage.FetchedSockets(from, requestId, found));
    } catch (PayloadException e) {
      LOG.log(System.Logger.Level.ERROR, "data that sockets show to other nodes are left out", e);
      answer(new ClusterMessage.FetchedSockets(from, requestId, snapshots.writable(found)));
    }
  }

  private void obeyServerSide(String from, ClusterMessage.ServerSideEmit it) {
    String requestId = it.requestId();
    local.onServerSideEvent(it.event(), values -> {
      if (requestId != null && !closed) {
        answer(new ClusterMessage.ServerSideAnswer(from, requestId, bodies().values(values)));
      }
    });
  }

  /** An acknowledgement is not waited for without end, whatever the other node says. */
  private Flags bounded(Flags flags) {
    return flags.timeout() != null
        ? flags
        : new Flags(
            flags.local(), flags.isVolatile(), flags.compress(), cluster.options.requestTimeout());
  }

  /** Hands what local clients acknowledge to the node that asked. */
  private final class Relay implements AckCollector {
    private final String to;
    private final String requestId;

    Relay(String to, String requestId) {
      this.to = to;
      this.requestId = requestId;
    }

    @Override
    public void asked(Collection<String> socketIds) {
      if (cluster.format.countsClients(requestId)) {
        answer(new ClusterMessage.ClientCount(to, requestId, socketIds.size()));
      }
    }

    @Override
    public void answered(String socketId, Args values) {
      Body body = bodies().values(values);
      answer(new ClusterMessage.ClientAck(to, requestId, socketId, body));
    }

    @Override
    public void missing(String socketId) {
      // The asker's deadline tells it.
    }
  }

  private void receiveAnswer(String from, ClusterMessage.Answer answer) {
    Request<?> request = requests.get(answer.requestId());
    if (request == null) {
      return; // It was late, or for somebody else on the same channel.
    }
    if (answer instanceof ClusterMessage.FetchedSockets it && request instanceof Request.Fetch r) {
      r.answered(
          from,
          it.sockets().stream()
              .map(snapshot -> new ClusterSocket(this, snapshot))
              .toList());
    } else if (answer instanceof ClusterMessage.ServerSideAnswer it
        && request instanceof Request.ServerSide r) {
      r.answered(from, List.of(bodies().args(it.values(), 0)));
    } else if (answer instanceof ClusterMessage.ClientCount it
        && request instanceof Request.Acks r) {
      r.counted(from, Math.max(0, it.count()));
    } else if (answer instanceof ClusterMessage.ClientAck it && request instanceof Request.Acks r) {
      r.acknowledged(it.socketId(), bodies().args(it.values(), 0));
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    cluster.remove(this);
    interest.close();
    CompletionStage<?> subscribed = subscription;
    if (subscribed != null) {
      if (usesHeartbeats() && role == Role.SERVER) {
        say(new ClusterMessage.Leaving());
      }
      cluster.unsubscribe(
          role == Role.SERVER
              ? cluster.format.channels(node)
              : cluster.format.answerChannels(node));
    }
    requests.values().forEach(Request::expire);
  }
}
