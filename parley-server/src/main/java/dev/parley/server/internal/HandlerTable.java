package dev.parley.server.internal;

import dev.parley.AnyListener;
import dev.parley.CallHandler;
import dev.parley.Handlers;
import dev.parley.Interceptor;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What was registered on a namespace or on a socket. Thread-safe; read for every event, written rarely. */
final class HandlerTable {
  /** What it belongs to, for error messages. */
  private final String owner;

  private final Map<String, Entry> events = new ConcurrentHashMap<>();
  final List<AnyListener> any = new CopyOnWriteArrayList<>();
  final List<AnyListener> anyOutgoing = new CopyOnWriteArrayList<>();
  final List<Interceptor> interceptors = new CopyOnWriteArrayList<>();
  final List<Handlers.DisconnectHandler> onDisconnect = new CopyOnWriteArrayList<>();
  private volatile @Nullable AnyListener unhandled;

  HandlerTable(String owner) {
    this.owner = owner;
  }

  /**
   * A handler of one event.
   *
   * @param type what the first argument is bound to; {@link dev.parley.Args} stands for all arguments
   */
  record Entry(Type type, CallHandler<@Nullable Object> handler, boolean nonBlocking) {}

  void add(String event, Entry entry) {
    if (events.putIfAbsent(EventNames.check(event), entry) != null) {
      throw new IllegalStateException("the event \"" + event + "\" has a handler in " + owner
          + " already; call off(\"" + event + "\") to replace it");
    }
  }

  void remove(String event) {
    events.remove(event);
  }

  @Nullable
  Entry find(String event) {
    return events.get(event);
  }

  void unhandled(AnyListener handler) {
    synchronized (this) {
      if (unhandled != null) {
        throw new IllegalStateException("unhandled events have a handler in " + owner + " already");
      }
      unhandled = handler;
    }
  }

  @Nullable
  AnyListener unhandled() {
    return unhandled;
  }
}
