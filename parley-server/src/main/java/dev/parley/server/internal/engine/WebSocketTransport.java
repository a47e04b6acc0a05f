package dev.parley.server.internal.engine;

import dev.parley.TransportType;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, as the transport of a session or as the candidate of an upgrade. What the link calls comes on the link's
 * lane; the session's lane may still be another one, until the upgrade is done. Frames then take turns: one is handed to
 * the session, and the link is not read until it has been handled.
 */
final class WebSocketTransport extends Transport implements WebSocketHandler {
  private static final int NO_CODE = 1005;
  private static final int TOO_LARGE = 1009;
  private static final int TRY_AGAIN_LATER = 1013;

  private final Engine engine;
  private final Revision revision;
  private final boolean base64;
  private final boolean upgrade;
  /** Makes the session of a handshake when the link opens; null of an upgrade, and once used. */
  private @Nullable Handshake handshake;

  private @Nullable Session session;
  private @Nullable WebSocketLink link;
  private @Nullable WireLane wire;
  /** Link's lane: not read until the session has handled a frame. */
  private boolean held;
  /** Link's lane: the link has closed. */
  private boolean gone;

  /** Makes a session once its link is open. */
  @FunctionalInterface
  interface Handshake {
    /** On the link's lane. @return null if there is no room for the session any more */
    @Nullable
    Session open(WebSocketTransport transport);
  }

  private WebSocketTransport(
      Engine engine,
      Revision revision,
      boolean base64,
      @Nullable Session target,
      @Nullable Handshake handshake) {
    this.engine = engine;
    this.revision = revision;
    this.base64 = base64;
    this.session = target;
    this.upgrade = target != null;
    this.handshake = handshake;
  }

  static WebSocketTransport ofHandshake(
      Engine engine, Revision revision, boolean base64, Handshake handshake) {
    return new WebSocketTransport(engine, revision, base64, null, handshake);
  }

  static WebSocketTransport ofUpgrade(Engine engine, Session session, boolean base64) {
    return new WebSocketTransport(engine, session.revision(), base64, session, null);
  }

  boolean isUpgrade() {
    return upgrade;
  }

  /** Any thread, once the link is open. */
  WireLane wire() {
    return opened(wire);
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the link is not open");
    }
    return part;
  }

  @Override
  public void onOpen(WebSocketLink link) {
    this.link = link;
    wire = engine.wireLane(link.lane());
    wire.retain();
    Session target = session;
    if (target != null) {
      target.run(() -> target.offer(this));
    } else if (handshake != null) {
      session = handshake.open(this);
      handshake = null;
      if (session != null) {
        session.begin(null);
      } else {
        link.close(TRY_AGAIN_LATER, "");
      }
    }
  }

  @Override
  public void onMessage(Message message) {
    Session target = session;
    if (target == null) {
      return;
    }
    if (target.isDirect()) {
      target.onFrame(this, message);
      return;
    }
    if (!target.inLane()) {
      held = true;
      opened(link).reading(false);
    }
    target.post(new Mail.Frame(target, this, message));
  }

  /** Session's lane: a frame that was held has been handled. If the session has moved here, that lane reads on by itself. */
  void frameHandled() {
    Session target = opened(session);
    if (target.inLane() && !wire().inLane()) {
      wire().lane().execute(this::readOn);
    }
  }

  private void readOn() {
    if (held && !gone) {
      held = false;
      opened(link).reading(true);
    }
  }

  @Override
  public void onWritable() {
    Session target = session;
    if (target != null) {
      target.run(() -> flushIfCurrent(target));
    }
  }

  private void flushIfCurrent(Session target) {
    if (target.isCurrent(this)) {
      target.flush();
    }
  }

  @Override
  public void onClose(int code, @Nullable Throwable cause) {
    gone = true;
    Session target = session;
    if (target != null) {
      target.run(() -> target.onLinkClosed(this, reason(code, cause), cause));
    }
    opened(wire).release();
  }

  private static CloseReason reason(int code, @Nullable Throwable cause) {
    if (code == TOO_LARGE) {
      return CloseReason.PAYLOAD_TOO_LARGE;
    }
    return cause == null ? CloseReason.TRANSPORT_CLOSE : CloseReason.TRANSPORT_ERROR;
  }

  /** Sends past the session's order, to the peer of an upgrade. Session's lane. */
  void sendNow(Outgoing packet) {
    onLinkLane(() -> {
      if (!gone) {
        opened(link).write(packet, revision, base64);
        opened(link).flush();
      }
    });
  }

  /** Closes a candidate; the session goes on without it. Session's lane. */
  void drop() {
    onLinkLane(() -> {
      if (!gone) {
        opened(link).close(NO_CODE, "");
      }
    });
  }

  private void onLinkLane(Runnable task) {
    if (wire().inLane()) {
      task.run();
    } else {
      wire().lane().execute(task);
    }
  }

  @Override
  TransportType type() {
    return TransportType.WEBSOCKET;
  }

  @Override
  boolean ready() {
    return !gone && opened(link).writable();
  }

  @Override
  boolean write(Outgoing packet) {
    if (!ready()) {
      return false;
    }
    opened(link).write(packet, revision, base64);
    return true;
  }

  @Override
  void flush(@Nullable Outbox outbox) {
    if (gone) {
      return;
    }
    WebSocketLink open = opened(link);
    while (outbox != null && open.writable()) {
      Outgoing packet = outbox.poll();
      if (packet == null) {
        break;
      }
      open.write(packet, revision, base64);
    }
    open.flush();
  }

  @Override
  void reading(boolean on) {
    held = false;
    if (!gone) {
      opened(link).reading(on);
    }
  }

  @Override
  boolean close(CloseReason reason, boolean graceful) {
    if (gone) {
      return true;
    }
    if (reason == CloseReason.QUEUE_OVERFLOW) {
      // The peer does not read: a close frame would only wait behind everything else.
      opened(link).abort();
      return true;
    }
    // A link that is not read would never report its end.
    opened(link).reading(true);
    return false;
  }

  @Override
  boolean finish() {
    if (gone) {
      return true;
    }
    opened(link).close(NO_CODE, "");
    return false;
  }

  @Override
  void abort() {
    if (!gone) {
      opened(link).abort();
    }
  }
}
