package dev.parley.server.internal;

import dev.parley.AnyListener;
import dev.parley.Args;
import dev.parley.Interceptor;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.socketio.Packet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way from a client to its handler. Runs on the socket's handler lane, or on the wire lane if the handler
 * never blocks and nothing waits before it. This is where the payload is parsed, so it is also where a malformed one is
 * found; that closes the connection, whatever the handler was.
 */
final class IncomingEvent implements Runnable {
  private final LocalSocket socket;
  private final String name;
  private final Packet.Event packet;
  private HandlerTable.@Nullable Entry entry;

  IncomingEvent(LocalSocket socket, String name, Packet.Event packet) {
    this.socket = socket;
    this.name = name;
    this.packet = packet;
  }

  /** Runs the handler here and now if it never blocks; nothing may wait before it. @return false if it was not run */
  boolean runNonBlocking() {
    entry = find();
    if (entry == null || !entry.nonBlocking()) {
      return false;
    }
    handleSafely();
    return true;
  }

  private HandlerTable.@Nullable Entry find() {
    HandlerTable own = socket.ownTable();
    HandlerTable.Entry ownEntry = own == null ? null : own.find(name);
    return ownEntry != null ? ownEntry : namespaceTable().find(name);
  }

  private HandlerTable namespaceTable() {
    return socket.localNamespace().setup().handlers;
  }

  private Payloads payloads() {
    return socket.localNamespace().packets().payloads();
  }

  /** In its turn. The handler is looked up now: what ran before may have registered it, as connect handlers do. */
  @Override
  public void run() {
    entry = find();
    handleSafely();
  }

  private void handleSafely() {
    if (socket.dropsEvents()) {
      return;
    }
    try {
      dispatch();
    } catch (ProtocolException e) {
      socket.session().close(CloseReason.PARSE_ERROR, e, true);
    } catch (Throwable e) {
      Object answer = socket.failed(name, e);
      if (answer != null) {
        answer(answer);
      }
    }
  }

  private void dispatch() throws Exception {
    HandlerTable own = socket.ownTable();
    HandlerTable shared = namespaceTable();
    if (isPlain(shared) && (own == null || isPlain(own))) {
      handle(null);
      return;
    }
    Args args = ReceivedArgs.of(payloads(), packet.body(), 1);
    notifyAny(shared.any, args);
    if (own != null) {
      notifyAny(own.any, args);
    }
    intercept(shared.interceptors, 0, args, () -> {
      if (own == null) {
        handle(args);
      } else {
        intercept(own.interceptors, 0, args, () -> handle(args));
      }
    });
  }

  private static boolean isPlain(HandlerTable table) {
    return table.any.isEmpty() && table.interceptors.isEmpty();
  }

  private void notifyAny(List<AnyListener> listeners, Args args) {
    socket.notifyAll(listeners, name, args);
  }

  private void intercept(
      List<Interceptor> interceptors, int index, Args args, Interceptor.Next last)
      throws Exception {
    if (index >= interceptors.size()) {
      last.proceed();
    } else {
      interceptors
          .get(index)
          .intercept(socket, name, args, () -> intercept(interceptors, index + 1, args, last));
    }
  }

  private void handle(@Nullable Args known) throws Exception {
    if (entry == null) {
      handleUnknown(known);
      return;
    }
    answer(entry.handler().handle(socket, payload(entry, known)));
  }

  private @Nullable Object payload(HandlerTable.Entry entry, @Nullable Args known) {
    if (entry.type() == Args.class) {
      return known != null ? known : ReceivedArgs.of(payloads(), packet.body(), 1);
    }
    return known instanceof ReceivedArgs received
        ? received.get(0, entry.type())
        : payloads().first(packet.body(), payloads().readerFor(entry.type()));
  }

  /** An event without a handler is checked all the same, and never acknowledged. */
  private void handleUnknown(@Nullable Args known) throws Exception {
    HandlerTable own = socket.ownTable();
    AnyListener unhandled = own == null ? null : own.unhandled();
    if (unhandled == null) {
      unhandled = namespaceTable().unhandled();
    }
    if (unhandled != null) {
      unhandled.onEvent(
          socket, name, known != null ? known : ReceivedArgs.of(payloads(), packet.body(), 1));
    } else if (known == null) {
      payloads().check(packet.body());
    }
  }

  private void answer(@Nullable Object result) {
    if (result instanceof CompletionStage<?> stage) {
      socket.acknowledge(packet.ackId(), name, stage);
    } else if (packet.ackId() != Packet.NO_ACK) {
      socket.acknowledge(packet.ackId(), result);
    }
  }
}
