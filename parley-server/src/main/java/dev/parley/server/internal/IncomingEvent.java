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

  IncomingEvent(LocalSocket socket, String name, Packet.Event packet) {
    this.socket = socket;
    this.name = name;
    this.packet = packet;
  }

  boolean isNonBlocking() {
    HandlerTable.Entry entry = entry();
    return entry != null && entry.nonBlocking();
  }

  /** The handler of now: what ran before this event may have registered or removed one. */
  private HandlerTable.@Nullable Entry entry() {
    HandlerTable own = socket.ownTable();
    HandlerTable.Entry entry = own == null ? null : own.find(name);
    return entry != null ? entry : namespaceTable().find(name);
  }

  private HandlerTable namespaceTable() {
    return socket.localNamespace().setup().handlers;
  }

  private Payloads payloads() {
    return socket.localNamespace().packets().payloads();
  }

  @Override
  public void run() {
    if (socket.dropsEvents()) {
      return;
    }
    try {
      dispatch();
    } catch (ProtocolException e) {
      socket.session().close(CloseReason.PARSE_ERROR, e, true);
    } catch (Throwable e) {
      answerFailure(socket.failed(name, e));
    }
  }

  private void answerFailure(@Nullable Object answer) {
    try {
      if (answer != null) {
        answer(answer);
      }
    } catch (RuntimeException e) {
      // The error handler's answer cannot be written: there is none, then.
      socket.failed(name, e);
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
    HandlerTable.Entry entry = entry();
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
