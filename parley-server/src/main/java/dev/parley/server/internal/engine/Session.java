package dev.parley.server.internal.engine;

import dev.parley.TransportType;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.EnginePacketType;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.protocol.engineio.SessionMachine;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One Engine.IO session: an actor on a lane. Everything it owns (machine, outbox, transports, deadlines) is touched on its
 * lane only; other threads post to its {@link Mailbox}, which keeps the order of their calls. A call on the lane while the
 * mailbox is empty is done at once; that is the common case and allocates nothing.
 *
 * <p>The lane is that of the connection which made the session. When an upgrade completes, the session moves, once, to the
 * lane of the WebSocket.
 *
 * <p>An ended session tells its handler at once, and may live on for a bounded time to send what was queued.
 */
public final class Session extends Mailbox {
  private static final Logger LOG = System.getLogger(Session.class.getName());

  /** How long an ended session may take to say good-bye; the reference's wait for a last poll. */
  static final long CLOSE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Long enough for a lane to look at its connections once more, and too short for a client to notice. */
  private static final long GLANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private enum State {
    OPEN,
    /** The handler knows of the end, the peer may not know yet. */
    ENDING,
    ENDED
  }

  final Engine engine;
  private final String sid;
  private final Revision revision;
  private final HttpRequest request;
  private final SessionMachine machine;

  private volatile Transport transport;
  private volatile State state = State.OPEN;
  private volatile boolean writable;
  private volatile long queuedBytes;

  private @Nullable SessionHandler handler;
  private @Nullable WebSocketTransport candidate;
  /** Null while empty. */
  private @Nullable Outbox outbox;
  /** When to give up an ending session. */
  private long endDeadline;

  /** Of {@link WireLane}: a time before which there is nothing to do, and where the session is in the heap. */
  long armedAt;

  int heapIndex = -1;
  private boolean dirty;
  /** A packet had to wait: the handler wants to hear when no more do. */
  private boolean clogged;

  private boolean overflowed;
  private boolean graceful;
  private boolean paused;

  private Session(
      Engine engine,
      String sid,
      Revision revision,
      HttpRequest request,
      WireLane wire,
      TransportType type,
      Function<Session, Transport> transport) {
    super(wire);
    this.engine = engine;
    this.sid = sid;
    this.revision = revision;
    this.request = request;
    machine = new SessionMachine(
        revision,
        engine.timing(),
        type == TransportType.POLLING,
        wire.lane().nanoTime(),
        new Effects());
    this.transport = transport.apply(this);
  }

  /** A session that begins with a poll, whose query says which data the client can take. On the lane. */
  static Session ofPolling(Engine engine, String sid, Revision revision, Call call, WireLane wire) {
    return new Session(
        engine,
        sid,
        revision,
        call.request(),
        wire,
        TransportType.POLLING,
        session -> new PollingTransport(session, call.wantsBase64(), call.jsonpDigits()));
  }

  /** A session that begins with a WebSocket. On the lane. */
  static Session ofWebSocket(
      Engine engine,
      String sid,
      Revision revision,
      HttpRequest request,
      WebSocketTransport transport) {
    return new Session(
        engine,
        sid,
        revision,
        request,
        transport.wire(),
        TransportType.WEBSOCKET,
        session -> transport);
  }

  /** Secret: whoever knows it owns the session. Never in a log. */
  public String sid() {
    return sid;
  }

  public Revision revision() {
    return revision;
  }

  /** The handshake. */
  public HttpRequest request() {
    return request;
  }

  /** Any thread. */
  public TransportType transport() {
    return transport.type();
  }

  /** True once a polling session has moved to WebSocket. Any thread. */
  public boolean upgraded() {
    return transport instanceof WebSocketTransport link && link.isUpgrade();
  }

  /** The client's address, the proxy's word for it if that is trusted. */
  public String remoteAddress() {
    return engine.forwarded().address(request);
  }

  /** True if the client's connection is encrypted, the proxy's word for it if that is trusted. */
  public boolean secure() {
    return engine.forwarded().secure(request);
  }

  /** The lane of now; it changes once if an upgrade moves the session. Any thread. */
  public Lane lane() {
    return wire().lane();
  }

  /** True if the caller may use the lane-only methods. */
  public boolean inLane() {
    return wire().inLane();
  }

  /** True until the session has ended, for whatever reason. Any thread. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Runs the task on the session's lane, after everything posted or sent before; never inside this call. Any thread. */
  public void execute(Runnable task) {
    post(new Mail.Task(this, task));
  }

  /** Whose threads run handlers. */
  public Executor handlerExecutor() {
    return engine.handlerExecutor();
  }

  /** Gives a turn of this session's handlers to that executor, together with those of other sessions. Lane only. */
  public void start(HandlerTurn turn) {
    wire().start(turn, this);
  }

  /** Sends one packet. Any thread; keeps the order of the calls. Does nothing once the session has ended. */
  public void send(Outgoing packet) {
    if (isDirect()) {
      push(packet);
    } else if (state == State.OPEN) {
      post(new Mail.Packet(this, packet));
    }
  }

  /**
   * Sends packets that stay together, such as a header and its attachments. Any thread; keeps the order of the calls.
   *
   * @param isVolatile drops them all if the transport is not writable when their turn comes
   */
  public void send(List<Outgoing> packets, boolean isVolatile) {
    if (isDirect()) {
      push(packets, isVolatile);
    } else if (state == State.OPEN) {
      post(new Mail.Packets(this, packets, isVolatile));
    }
  }

  /**
   * As {@link #send(List, boolean)} from another thread, for a caller that has to do with many sessions of a lane: their
   * order is settled now, and one task may then run what all of them return.
   *
   * @return what the caller must run on {@link #lane}, on which other one it happens to run by then; null for nothing
   */
  public @Nullable Runnable enqueue(List<Outgoing> packets, boolean isVolatile) {
    if (state != State.OPEN) {
      return null;
    }
    Mail mail = new Mail.Packets(this, packets, isVolatile);
    return put(mail) ? mail : null;
  }

  /** True if a packet sent now would go out without waiting for others. Any thread; may be out of date at once. */
  public boolean writable() {
    return writable;
  }

  /** Bytes that wait for the transport. Any thread; may be out of date at once. */
  public long queuedBytes() {
    return queuedBytes;
  }

  /**
   * Ends the session, after everything posted or sent before. The first cause counts, later calls do nothing. Any thread.
   *
   * @param discard true to drop what still waits for the transport, also of a session that is ending already; false to
   *     send it first, for at most 30 s
   */
  public void close(CloseReason reason, @Nullable Throwable cause, boolean discard) {
    execute(() -> {
      if (state == State.OPEN) {
        graceful = !discard;
        machine.close(reason, cause);
      } else if (state == State.ENDING && discard) {
        transport.abort();
        ended();
      }
    });
  }

  /** Stops or starts taking messages from the peer; those already read still come. Lane only. */
  public void reading(boolean on) {
    if (paused == on) {
      paused = !on;
      machine.excuse(now());
      if (state == State.OPEN) {
        transport.reading(on);
      }
    }
  }

  boolean isPaused() {
    return paused;
  }

  /** The handler's next deadline has become earlier. Lane only. */
  public void rescheduled() {
    wire().update(this, nextDeadline());
  }

  /** Says hello and hands the session to its owner. Lane only, once. */
  void begin(@Nullable Call firstPoll) {
    wire().join(this, nextDeadline());
    push(engine.openPacket(sid, transport.type()));
    Outgoing initial = engine.initialPacket();
    if (initial != null) {
      push(initial);
    }
    if (firstPoll != null) {
      // The answer to the handshake holds the open packet and nothing of the owner's, as the
      // reference has it.
      onPoll(firstPoll);
      clogged = false;
    }
    try {
      handler = engine.acceptor().accept(this);
    } catch (RuntimeException broken) {
      fail(broken);
    }
    reschedule();
  }

  /** Runs now if that overtakes nobody, else in turn. */
  void run(Runnable task) {
    if (isDirect()) {
      task.run();
    } else {
      execute(task);
    }
  }

  @Override
  void hostClosed() {
    state = State.ENDED;
    engine.ended(this);
  }

  /** Sends packets in the place of the task or call that runs now, not behind what was posted since. Lane only. */
  public void push(List<Outgoing> packets, boolean isVolatile) {
    if (isVolatile && !writable) {
      return;
    }
    // By index: an iterator would be the largest object of a delivery.
    for (int i = 0; i < packets.size(); i++) {
      push(packets.get(i));
    }
  }

  void push(Outgoing packet) {
    if (state != State.OPEN || overflowed) {
      return;
    }
    if (outbox == null && transport.write(packet)) {
      markDirty();
    } else {
      enqueue(packet);
    }
    refreshWritable();
  }

  private void enqueue(Outgoing packet) {
    if (outbox == null) {
      outbox = new Outbox();
    }
    clogged = true;
    if (outbox.weight() + packet.size() > engine.limits().maxQueuedBytes()) {
      overflowed = true;
      close(CloseReason.QUEUE_OVERFLOW, null, true);
      return;
    }
    outbox.add(packet);
    queuedBytes = outbox.bytes();
    if (transport.ready()) {
      markDirty();
    }
  }

  private void markDirty() {
    if (!dirty) {
      dirty = true;
      wire().markDirty(this);
    }
  }

  /** Called by the lane that the session was on when it became dirty. */
  void flushOn(WireLane lane) {
    if (wire() == lane && dirty) {
      flush();
    }
  }

  /** Sends now what would go out at the end of this pass over the lane. Polling answers wait. Lane only. */
  public void flushNow() {
    if (dirty && transport.type() == TransportType.WEBSOCKET) {
      flush();
    }
  }

  /** Sends what the transport takes. */
  void flush() {
    dirty = false;
    if (state == State.ENDED) {
      return;
    }
    Outbox queued = outbox;
    transport.flush(queued);
    if (queued != null) {
      queuedBytes = queued.bytes();
      if (queued.isEmpty()) {
        outbox = null;
      }
    }
    refreshWritable();
    if (state == State.ENDING && outbox == null && transport.finish()) {
      ended();
    }
  }

  /** Call after everything that may change what {@link #writable} says. */
  void refreshWritable() {
    boolean now = state == State.OPEN && outbox == null && transport.ready();
    if (now == writable) {
      return;
    }
    writable = now;
    if (now && clogged) {
      clogged = false;
      if (handler != null) {
        try {
          handler.onWritable();
        } catch (RuntimeException broken) {
          fail(broken);
        }
      }
    }
  }

  void onPoll(Call call) {
    if (state == State.OPEN && machine.nextDeadline() <= now()) {
      // The client counts its time exactly; a timer that is a little late must not grant it more.
      machine.tick(now());
    }
    if (transport instanceof PollingTransport polling && state != State.ENDED) {
      polling.onPoll(call);
    } else {
      call.refuse(state == State.OPEN ? Refusal.transportMismatch() : Refusal.unknownSession());
    }
  }

  void onPollAborted(Call call) {
    if (transport instanceof PollingTransport polling) {
      polling.onPollAborted(call);
    }
  }

  void onPost(Call call) {
    if (transport instanceof PollingTransport polling && state != State.ENDED) {
      polling.onPost(call);
    } else {
      call.refuse(state == State.OPEN ? Refusal.transportMismatch() : Refusal.unknownSession());
    }
  }

  boolean isCurrent(Transport of) {
    return transport == of;
  }

  boolean hasQueued() {
    return outbox != null;
  }

  /** What waits, for a last answer; null if nothing does. */
  @Nullable
  Outbox takeQueued() {
    Outbox queued = outbox;
    outbox = null;
    queuedBytes = 0;
    return queued;
  }

  boolean hasCandidate() {
    return candidate != null;
  }

  boolean isProbed() {
    return machine.isProbed();
  }

  /** Runs the task once what the candidate's connection has received by now has been handled. */
  void afterCandidate(Runnable task) {
    WebSocketTransport other = candidate;
    if (other == null) {
      execute(task);
    } else {
      Lane lane = other.wire().lane();
      lane.execute(() -> lane.schedule(() -> execute(task), GLANCE_NANOS));
    }
  }

  /** A packet on the session's own transport. */
  void receive(EnginePacket packet) {
    if (state == State.OPEN) {
      machine.receive(packet, now());
      reschedule();
    } else if (packet.type() == EnginePacketType.CLOSE && transport instanceof PollingTransport) {
      // It has heard enough, and will not poll again.
      ended();
    }
  }

  void onFrame(WebSocketTransport from, Message frame) {
    if (from == transport) {
      try {
        receive(engine.codec(revision).decodeFrame(frame));
      } catch (ProtocolException malformed) {
        fail(CloseReason.PARSE_ERROR, malformed);
      }
    } else if (from == candidate) {
      onCandidateFrame(frame);
    }
  }

  private void onCandidateFrame(Message frame) {
    EnginePacket packet;
    try {
      packet = engine.codec(revision).decodeFrame(frame);
    } catch (ProtocolException malformed) {
      dropCandidate();
      return;
    }
    // May move the session to another lane: nothing may follow.
    if (state == State.OPEN) {
      machine.receiveOnCandidate(packet);
    } else if (packet.type() == EnginePacketType.UPGRADE && candidate != null) {
      // The client has left polling: what is queued, and the end, reach it here only.
      move(candidate);
    } else {
      dropCandidate();
    }
  }

  /** The session goes on, or says good-bye, without it. */
  private void dropCandidate() {
    if (state == State.OPEN) {
      machine.dropCandidate();
    } else {
      releaseCandidate();
    }
  }

  private void releaseCandidate() {
    WebSocketTransport other = candidate;
    if (other != null) {
      candidate = null;
      other.drop();
    }
  }

  /** A WebSocket with this session's id has opened. */
  void offer(WebSocketTransport newcomer) {
    if (machine.offerCandidate(now())) {
      candidate = newcomer;
      reschedule();
    } else {
      newcomer.drop();
    }
  }

  void onLinkClosed(WebSocketTransport link, CloseReason reason, @Nullable Throwable cause) {
    if (link == transport) {
      if (state == State.OPEN) {
        fail(reason, cause);
      } else if (state == State.ENDING) {
        ended();
      }
    } else if (link == candidate) {
      candidate = null;
      machine.candidateLost();
    }
  }

  /** Ends the session for something that the peer or the connection did. */
  void fail(CloseReason reason, @Nullable Throwable cause) {
    machine.close(reason, cause);
  }

  /** Ends the session because its owner, or its host, threw. */
  void fail(RuntimeException broken) {
    LOG.log(Level.ERROR, "The owner of a session failed", broken);
    fail(CloseReason.FORCED_SERVER_CLOSE, broken);
  }

  /** No thread takes what the handlers have to do. Lane only. */
  void refused(Throwable why) {
    if (state == State.OPEN) {
      LOG.log(
          Level.WARNING,
          () -> "The handlers' executor takes no tasks, so a client is closed: " + why);
      fail(CloseReason.FORCED_SERVER_CLOSE, why);
    } else {
      LOG.log(Level.DEBUG, "The handlers' executor takes no tasks; a handler was not called");
    }
  }

  private long now() {
    return wire().lane().nanoTime();
  }

  private void reschedule() {
    if (heapIndex >= 0) {
      wire().update(this, nextDeadline());
    }
  }

  /** For {@link WireLane}. */
  long nextDeadline() {
    return switch (state) {
      case OPEN ->
        handler == null
            ? machine.nextDeadline()
            : Math.min(machine.nextDeadline(), handler.nextDeadline());
      case ENDING -> endDeadline;
      case ENDED -> Long.MAX_VALUE;
    };
  }

  /** For {@link WireLane}. */
  void tick(long now) {
    if (state == State.ENDING && now >= endDeadline) {
      transport.abort();
      ended();
      return;
    }
    if (paused) {
      machine.excuse(now);
    }
    machine.tick(now);
    if (state == State.OPEN && handler != null && handler.nextDeadline() <= now) {
      try {
        handler.tick(now);
      } catch (RuntimeException broken) {
        fail(broken);
      }
    }
  }

  private void move(WebSocketTransport link) {
    PollingTransport polling = (PollingTransport) transport;
    candidate = null;
    polling.discard();
    transport = link;
    dirty = false;
    if (link.wire() == wire()) {
      settleTransport();
    } else {
      // The new lane would not know of them when the session ends.
      wire().startTurns();
      wire().leave(this);
      moveTo(link.wire());
    }
  }

  /** Takes over from the old lane. */
  @Override
  void settle() {
    wire().join(this, nextDeadline());
    settleTransport();
  }

  private void settleTransport() {
    boolean ending = state == State.ENDING;
    // A link that is not read would never report its end.
    transport.reading(!paused || ending);
    if (outbox != null || ending) {
      markDirty();
    }
    refreshWritable();
  }

  private void end(CloseReason reason, @Nullable Throwable cause) {
    state = State.ENDING;
    endDeadline = now() + CLOSE_WAIT_NANOS;
    reschedule();
    if (!graceful) {
      outbox = null;
      queuedBytes = 0;
    }
    writable = false;
    boolean done = transport.close(reason, graceful);
    if (!done && outbox == null) {
      done = transport.finish();
    }
    if (handler != null) {
      try {
        handler.onClose(reason, cause);
      } catch (RuntimeException broken) {
        LOG.log(Level.ERROR, "The owner of a session failed", broken);
      }
    }
    if (!graceful) {
      releaseCandidate();
    }
    // Last, because the server that closes ends its handler threads when the last session has
    // ended.
    if (done) {
      ended();
    }
  }

  /** Nothing is left to send; forgets the session. */
  void ended() {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    releaseCandidate();
    outbox = null;
    queuedBytes = 0;
    // Before the server may find that all is over, and end the handlers' threads.
    wire().startTurns();
    wire().leave(this);
    engine.ended(this);
  }

  /** Without the sid, which is a secret. */
  @Override
  public String toString() {
    return "Session[revision " + revision.number() + ", " + transport().wire() + "]";
  }

  /** What the machine decides. */
  private final class Effects implements SessionMachine.Sink {
    @Override
    public void send(EnginePacket packet) {
      push(engine.control(packet));
    }

    @Override
    public void sendOnCandidate(EnginePacket packet) {
      if (candidate != null) {
        candidate.sendNow(engine.control(packet));
      }
    }

    @Override
    public void releasePoll() {
      ((PollingTransport) transport).release();
    }

    @Override
    public void upgrade() {
      if (candidate != null) {
        move(candidate);
      }
    }

    @Override
    public void dropCandidate() {
      releaseCandidate();
    }

    @Override
    public void deliver(Message data) {
      if (handler == null) {
        return;
      }
      try {
        handler.onMessage(data);
      } catch (ProtocolException refused) {
        fail(CloseReason.PARSE_ERROR, refused);
      } catch (RuntimeException broken) {
        fail(broken);
      }
    }

    @Override
    public void closed(CloseReason reason, @Nullable Throwable cause) {
      end(reason, cause);
    }
  }
}
