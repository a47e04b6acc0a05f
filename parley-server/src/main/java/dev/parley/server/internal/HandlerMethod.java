package dev.parley.server.internal;

import dev.parley.Args;
import dev.parley.NonBlocking;
import dev.parley.OnEvent;
import dev.parley.PayloadException;
import dev.parley.Socket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * An annotated method, ready to be called. What it throws comes out as it was thrown.
 *
 * <p>Each parameter has a source: an index into the values that every method of this kind may take, or, of an event, the
 * complement of the index of one of its arguments.
 */
final class HandlerMethod {
  private final Method method;
  private final HandlerKind kind;
  private final MethodHandle handle;
  private final int[] sources;
  private final Type[] types;

  /** @param types what each parameter is bound to, type variables resolved */
  HandlerMethod(Method method, HandlerKind kind, MethodHandle handle, int[] sources, Type[] types) {
    this.method = method;
    this.kind = kind;
    this.handle = handle
        .asType(MethodType.genericMethodType(1 + types.length))
        .asSpreader(Object[].class, types.length);
    this.sources = sources;
    this.types = types;
  }

  HandlerKind kind() {
    return kind;
  }

  /** The event that it handles. */
  String event() {
    if (kind == HandlerKind.MESSAGE) {
      return "message";
    }
    String name = method.getAnnotation(OnEvent.class).value();
    return name.isEmpty() ? method.getName() : name;
  }

  boolean isNonBlocking() {
    return method.isAnnotationPresent(NonBlocking.class);
  }

  boolean acknowledgesWithNothing() {
    return method.getReturnType() == void.class;
  }

  /** What the event's first argument is bound to, if that is all that the method takes of the event; else null. */
  @Nullable
  Type onlyPayload() {
    int payload = -1;
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] == ~0) {
        payload = i;
      } else if (sources[i] != kind.indexOf(Socket.class)) {
        return null;
      }
    }
    return payload < 0 ? null : types[payload];
  }

  /** @param context the values of this kind, in the order that {@link HandlerKind} declares */
  @Nullable
  Object invoke(Object target, @Nullable Object... context) throws Exception {
    @Nullable Object[] values = new Object[sources.length];
    for (int i = 0; i < sources.length; i++) {
      values[i] = context[sources[i]];
    }
    return call(target, values);
  }

  /** Handles an event that has an {@link #onlyPayload}. */
  @Nullable
  Object handleOne(Object target, Socket socket, @Nullable Object payload) throws Exception {
    @Nullable Object[] values = new Object[sources.length];
    for (int i = 0; i < sources.length; i++) {
      values[i] = sources[i] == ~0 ? checked(i, payload) : socket;
    }
    return call(target, values);
  }

  /** Handles any other event. */
  @Nullable
  Object handle(Object target, Socket socket, Args args) throws Exception {
    @Nullable Object[] values = new Object[sources.length];
    for (int i = 0; i < sources.length; i++) {
      if (sources[i] < 0) {
        values[i] = checked(i, args.get(~sources[i], reference(types[i])));
      } else {
        values[i] = sources[i] == kind.indexOf(Socket.class) ? socket : args;
      }
    }
    return call(target, values);
  }

  private @Nullable Object checked(int parameter, @Nullable Object value) {
    Class<?> type = method.getParameterTypes()[parameter];
    if (value == null && type.isPrimitive()) {
      throw PayloadException.notReadable(
          ~sources[parameter], type, new NullPointerException("null or missing"));
    }
    return value;
  }

  private static TypeReference<Object> reference(Type type) {
    return new TypeReference<>() {
      @Override
      public Type getType() {
        return type;
      }
    };
  }

  private @Nullable Object call(Object target, @Nullable Object[] values) throws Exception {
    try {
      return (Object) handle.invokeExact(target, values);
    } catch (Exception | Error thrown) {
      throw thrown;
    } catch (Throwable exotic) {
      throw new UndeclaredThrowableException(exotic);
    }
  }

  /** The method as its author sees it. */
  static String describe(Method method) {
    return method.getName()
        + Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  @Override
  public String toString() {
    return describe(method);
  }
}
