package dev.parley.server.internal;

import dev.parley.EngineListener;
import dev.parley.EngineSocket;
import dev.parley.Limits;
import dev.parley.TransportType;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.internal.engine.HandlerTurn;
import dev.parley.server.internal.engine.Session;
import dev.parley.server.internal.engine.SessionAcceptor;
import dev.parley.server.internal.engine.SessionHandler;
import dev.parley.server.transport.Outgoing;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Serves a user's own {@link EngineListener}: its calls in order per client, on handler threads or on the lane. */
public final class ListenerAcceptor implements SessionAcceptor {
  private static final Logger LOG = System.getLogger(EngineListener.class.getName());

  private final EngineListener listener;
  private final boolean nonBlocking;
  private final int maxQueuedEvents;

  public ListenerAcceptor(EngineListener listener, Limits limits) {
    this.listener = listener;
    this.nonBlocking = listener.nonBlocking();
    this.maxQueuedEvents = limits.maxQueuedEvents();
  }

  @Override
  public SessionHandler accept(Session session) {
    Client client =
        new Client(session, nonBlocking ? null : new SerialExecutor(session.handlerExecutor()));
    client.call(() -> listener.onOpen(client));
    return client;
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private final class Client implements SessionHandler, EngineSocket {
    private final Session session;
    private final @Nullable SerialExecutor serial;
    /** Made when first asked for. Guarded by this. */
    private @Nullable String id;
    /** Reading is off until the listener has caught up. */
    private volatile boolean paused;

    Client(Session session, @Nullable SerialExecutor serial) {
      this.session = session;
      this.serial = serial;
    }

    /** Calls the listener, now or after what waits. Lane only. */
    void call(Action action) {
      if (serial == null) {
        run(action);
        return;
      }
      HandlerTurn turn = serial.add(() -> {
        run(action);
        resume(serial);
      });
      if (turn != null) {
        session.start(turn);
      }
      if (!paused && serial.size() >= maxQueuedEvents) {
        paused = true;
        session.reading(false);
        // The last task may have finished before it could see the pause.
        resume(serial);
      }
    }

    private void run(Action action) {
      try {
        action.run();
      } catch (Exception broken) {
        LOG.log(Level.ERROR, "An Engine.IO listener failed", broken);
      }
    }

    private void resume(SerialExecutor serial) {
      if (paused && serial.size() <= maxQueuedEvents / 2) {
        session.execute(() -> {
          if (paused && serial.size() <= maxQueuedEvents / 2) {
            paused = false;
            session.reading(true);
          }
        });
      }
    }

    @Override
    public void onMessage(Message message) {
      if (message.isText()) {
        call(() -> listener.onMessage(this, message.asString()));
      } else {
        call(() -> listener.onMessage(this, message.toBytes()));
      }
    }

    @Override
    public void onWritable() {}

    @Override
    public void tick(long nowNanos) {}

    @Override
    public long nextDeadline() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onClose(CloseReason reason, @Nullable Throwable cause) {
      call(() -> listener.onClose(this, reason, cause));
    }

    @Override
    public synchronized String id() {
      if (id == null) {
        id = UUID.randomUUID().toString();
      }
      return id;
    }

    @Override
    public Revision revision() {
      return session.revision();
    }

    @Override
    public TransportType transport() {
      return session.transport();
    }

    @Override
    public HttpRequest request() {
      return session.request();
    }

    @Override
    public String remoteAddress() {
      return session.remoteAddress();
    }

    @Override
    public boolean secure() {
      return session.secure();
    }

    @Override
    public boolean isOpen() {
      return session.isOpen();
    }

    @Override
    public void send(String text) {
      session.send(Outgoing.message(Message.text(text), true));
    }

    @Override
    public void send(byte[] data) {
      session.send(Outgoing.message(Message.binary(data), true));
    }

    @Override
    public boolean writable() {
      return session.writable();
    }

    @Override
    public long queuedBytes() {
      return session.queuedBytes();
    }

    @Override
    public void close() {
      session.close(CloseReason.FORCED_CLOSE, null, false);
    }

    @Override
    public String toString() {
      return "EngineSocket[" + id() + "]";
    }
  }
}
