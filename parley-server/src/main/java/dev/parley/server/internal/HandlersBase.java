package dev.parley.server.internal;

import dev.parley.AnyListener;
import dev.parley.Args;
import dev.parley.Call;
import dev.parley.CallHandler;
import dev.parley.Event;
import dev.parley.EventHandler;
import dev.parley.Handlers;
import dev.parley.Interceptor;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Registers into a {@link HandlerTable}. */
abstract class HandlersBase<S> implements Handlers<S> {
  /** The table, made now if there is none. */
  abstract HandlerTable table();

  abstract S self();

  /** Whether what is registered through this object may run on the event loop. */
  boolean registersNonBlocking() {
    return false;
  }

  @Override
  public final <T> S on(String event, Class<T> type, EventHandler<T> handler) {
    return add(event, type, withoutAnswer(handler));
  }

  @Override
  public final <T> S on(String event, TypeReference<T> type, EventHandler<T> handler) {
    return add(event, type.getType(), withoutAnswer(handler));
  }

  @Override
  public final <T> S on(Event<T> event, EventHandler<T> handler) {
    return add(event.name(), event.type(), withoutAnswer(handler));
  }

  @Override
  public final S on(String event, EventHandler<Args> handler) {
    return add(event, Args.class, withoutAnswer(handler));
  }

  @Override
  public final <T> S onCall(String event, Class<T> type, CallHandler<T> handler) {
    return add(event, type, handler);
  }

  @Override
  public final <T> S onCall(String event, TypeReference<T> type, CallHandler<T> handler) {
    return add(event, type.getType(), handler);
  }

  @Override
  public final <T, R> S onCall(Call<T, R> call, CallHandler<T> handler) {
    return add(call.name(), call.type(), handler);
  }

  @Override
  public final S onCall(String event, CallHandler<Args> handler) {
    return add(event, Args.class, handler);
  }

  /** An event handler acknowledges with nothing. */
  private static <T> CallHandler<T> withoutAnswer(EventHandler<T> handler) {
    return (socket, payload) -> {
      handler.handle(socket, payload);
      return NO_VALUES;
    };
  }

  private static final Args NO_VALUES = Args.of();

  @SuppressWarnings("unchecked") // the payload is bound to the type that came with the handler
  private <T> S add(String event, Type type, CallHandler<T> handler) {
    table()
        .add(
            event,
            new HandlerTable.Entry(
                type, (CallHandler<@Nullable Object>) handler, registersNonBlocking()));
    return self();
  }

  @Override
  public final S off(String event) {
    table().remove(event);
    return self();
  }

  @Override
  public final S onUnhandled(AnyListener handler) {
    table().unhandled(handler);
    return self();
  }

  @Override
  public final S onAny(AnyListener listener) {
    table().any.add(listener);
    return self();
  }

  @Override
  public final S offAny(AnyListener listener) {
    table().any.remove(listener);
    return self();
  }

  @Override
  public final S onAnyOutgoing(AnyListener listener) {
    table().anyOutgoing.add(listener);
    return self();
  }

  @Override
  public final S offAnyOutgoing(AnyListener listener) {
    table().anyOutgoing.remove(listener);
    return self();
  }

  @Override
  public final S use(Interceptor interceptor) {
    table().interceptors.add(interceptor);
    return self();
  }

  @Override
  public final S onDisconnect(DisconnectHandler handler) {
    table().onDisconnect.add(handler);
    return self();
  }

  @Override
  public final NonBlocking nonBlocking() {
    HandlersBase<S> outer = this;
    final class View extends HandlersBase<NonBlocking> implements NonBlocking {
      @Override
      HandlerTable table() {
        return outer.table();
      }

      @Override
      NonBlocking self() {
        return this;
      }

      @Override
      boolean registersNonBlocking() {
        return true;
      }
    }
    return new View();
  }
}
