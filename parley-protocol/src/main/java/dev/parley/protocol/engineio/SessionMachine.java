package dev.parley.protocol.engineio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One session's protocol: heartbeat, upgrade and the one close. Packets and the time come in, effects go out through a
 * {@link Sink}. Belongs to one lane; allocates nothing after its construction.
 *
 * <p>Upgrade (a candidate is the new transport until it has proved itself):
 *
 * <pre>
 *            offerCandidate         2probe (answers 3probe,        5
 *   POLLING ----------------> CANDIDATE ------ releases poll) --> PROBED --> SETTLED
 *      ^                        |                                   |
 *      +------ anything else, its end, or the upgrade timeout ------+
 *
 *   every state -- close, 1, no heartbeat, a wrong heartbeat --> CLOSED
 * </pre>
 *
 * A session that began on WebSocket is SETTLED from the start: nothing upgrades it, so nobody can take it over. An attempt
 * touches neither the heartbeat nor the session, however it ends.
 */
public final class SessionMachine {
  private static final Message PROBE = Message.text("probe");

  /** What the runtime must now do. Called in order as the last step of the machine's methods, so it may close the machine. */
  public interface Sink {
    /** Send this on the session's transport, after what was sent before. */
    void send(EnginePacket packet);

    /** Send this on the candidate, now. */
    void sendOnCandidate(EnginePacket packet);

    /** Answer a parked poll at once, or the client waits for it and never sends its upgrade packet. */
    void releasePoll();

    /** The candidate is the transport from here on. */
    void upgrade();

    /** Close the candidate; the session goes on. */
    void dropCandidate();

    /** Hand this to the session's owner. */
    void deliver(Message data);

    /** The session has ended; a candidate that is still there is to be dropped or used up. Called exactly once, and last. */
    void closed(CloseReason reason, @Nullable Throwable cause);
  }

  /** The waits of a session, in nanoseconds. One object serves all sessions of an engine. */
  public record Timing(long pingInterval, long pingTimeout, long upgradeTimeout) {}

  private enum State {
    POLLING,
    CANDIDATE,
    PROBED,
    SETTLED,
    CLOSED
  }

  private final Revision revision;
  private final Timing timing;
  private final Sink sink;
  private State state;
  /** Revision 4: when to ping, or while waiting when to give up. Revision 3: when to give up. */
  private long heartbeatDeadline;
  /** Counts in CANDIDATE and PROBED only. */
  private long upgradeDeadline;
  /** Revision 4: a ping is out and its pong is not in. */
  private boolean waiting;
  /** The present wait was extended, as it may be once. */
  private boolean extended;

  /** @param upgradable true for a session that begins on polling and may move to WebSocket */
  public SessionMachine(Revision revision, Timing timing, boolean upgradable, long now, Sink sink) {
    this.revision = revision;
    this.timing = timing;
    this.sink = sink;
    state = upgradable ? State.POLLING : State.SETTLED;
    heartbeatDeadline = now + timing.pingInterval;
    if (revision == Revision.V3) {
      heartbeatDeadline += timing.pingTimeout;
    }
  }

  public boolean isOpen() {
    return state != State.CLOSED;
  }

  /** True while a poll must be answered as soon as it comes: the client is leaving polling. */
  public boolean isProbed() {
    return state == State.PROBED;
  }

  /** A packet on the session's transport. */
  public void receive(EnginePacket packet, long now) {
    if (state == State.CLOSED) {
      return;
    }
    if (revision == Revision.V4 && waiting && !extended && packet.type() != EnginePacketType.PONG) {
      // Only a pong ends the wait, but a peer that talks is alive: one long message may delay its
      // pong.
      extended = true;
      heartbeatDeadline = now + timing.pingTimeout;
    }
    switch (packet.type()) {
      case MESSAGE -> sink.deliver(packet.data());
      case PING -> receivePing(now);
      case PONG -> receivePong(now);
      case CLOSE -> close(CloseReason.TRANSPORT_CLOSE, null);
      case OPEN, UPGRADE, NOOP -> {
        // Of no meaning on this side, and ignored by the reference server too.
      }
    }
  }

  private void receivePing(long now) {
    if (revision == Revision.V4) {
      closeForDirection();
      return;
    }
    heartbeatDeadline = now + timing.pingInterval + timing.pingTimeout;
    sink.send(EnginePacket.PONG);
  }

  private void receivePong(long now) {
    if (revision == Revision.V3) {
      closeForDirection();
      return;
    }
    waiting = false;
    extended = false;
    heartbeatDeadline = now + timing.pingInterval;
  }

  private void closeForDirection() {
    close(
        CloseReason.TRANSPORT_ERROR,
        new ProtocolException(Reason.UNEXPECTED, "invalid heartbeat direction"));
  }

  /**
   * A WebSocket of the same client asks to become the transport.
   *
   * @return false if the session cannot be upgraded, or is being so already: the newcomer must be closed
   */
  public boolean offerCandidate(long now) {
    if (state != State.POLLING) {
      return false;
    }
    state = State.CANDIDATE;
    upgradeDeadline = now + timing.upgradeTimeout;
    return true;
  }

  /** A packet on the candidate. Anything but the two steps of an upgrade ends the attempt. */
  public void receiveOnCandidate(EnginePacket packet) {
    boolean attempt = state == State.CANDIDATE || state == State.PROBED;
    if (attempt && packet.type() == EnginePacketType.PING && packet.data().equals(PROBE)) {
      state = State.PROBED;
      sink.sendOnCandidate(EnginePacket.PONG_PROBE);
      sink.releasePoll();
    } else if (state == State.PROBED && packet.type() == EnginePacketType.UPGRADE) {
      state = State.SETTLED;
      sink.upgrade();
    } else {
      dropCandidate();
    }
  }

  /** The candidate has ended by itself. */
  public void candidateLost() {
    if (state == State.CANDIDATE || state == State.PROBED) {
      state = State.POLLING;
    }
  }

  /** Ends the attempt to upgrade, if there is one. */
  public void dropCandidate() {
    if (state == State.CANDIDATE || state == State.PROBED) {
      state = State.POLLING;
      sink.dropCandidate();
    }
  }

  /** Nothing is read from the peer at the moment, or was not until now: it gets its whole time to be heard. */
  public void excuse(long now) {
    if (waiting || revision == Revision.V3) {
      heartbeatDeadline = Math.max(heartbeatDeadline, now + timing.pingTimeout);
    }
  }

  /** Time has passed. Harmless before {@link #nextDeadline}. */
  public void tick(long now) {
    if (state == State.CLOSED) {
      return;
    }
    if ((state == State.CANDIDATE || state == State.PROBED) && now >= upgradeDeadline) {
      dropCandidate();
    }
    if (now < heartbeatDeadline) {
      return;
    }
    if (revision == Revision.V3 || waiting) {
      close(CloseReason.PING_TIMEOUT, null);
    } else {
      waiting = true;
      // A tick that was a little late is not added to the client's time, or the lateness would add
      // up.
      long late = Math.min(now - heartbeatDeadline, timing.pingTimeout / 10);
      heartbeatDeadline = now + timing.pingTimeout - late;
      sink.send(EnginePacket.PING);
    }
  }

  /** When to call {@link #tick}; {@link Long#MAX_VALUE} once closed. */
  public long nextDeadline() {
    return switch (state) {
      case CLOSED -> Long.MAX_VALUE;
      case CANDIDATE, PROBED -> Math.min(heartbeatDeadline, upgradeDeadline);
      case POLLING, SETTLED -> heartbeatDeadline;
    };
  }

  /**
   * Ends the session unless it has ended: the first cause counts. A candidate that has probed is left to the sink: its client
   * may have left polling already, and then hears of the end there or not at all.
   */
  public void close(CloseReason reason, @Nullable Throwable cause) {
    if (state == State.CLOSED) {
      return;
    }
    if (state == State.CANDIDATE) {
      dropCandidate();
    }
    state = State.CLOSED;
    sink.closed(reason, cause);
  }
}
