package dev.parley.server.internal.engine;

import dev.parley.TransportType;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands in until the engine lands. */
public abstract class Session {
  public abstract Revision revision();

  public abstract HttpRequest request();

  public abstract TransportType transport();

  public abstract String remoteAddress();

  public abstract boolean secure();

  public abstract Lane lane();

  public abstract void execute(Runnable task);

  public abstract void send(List<Outgoing> packets, boolean isVolatile);

  public abstract void deliver(List<Outgoing> packets, boolean isVolatile);

  public abstract boolean writable();

  public abstract long queuedBytes();

  public abstract void close(CloseReason reason, @Nullable Throwable cause, boolean discard);

  public abstract void reading(boolean on);

  public abstract void rescheduled();
}
