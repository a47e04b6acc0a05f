package dev.parley.server.internal;

import dev.parley.Args;
import dev.parley.Call;
import dev.parley.DataKey;
import dev.parley.Event;
import dev.parley.Handlers;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.Socket;
import dev.parley.SocketNamespace;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Registers a class with annotated methods, through the same calls that users have. What is wrong with the class is
 * reported at once and before anything was registered.
 */
final class AnnotatedHandlers {
  private final List<HandlerMethod> methods;

  /** The object whose methods handle the events of a socket. */
  private final Function<Socket, Object> targets;

  private AnnotatedHandlers(List<HandlerMethod> methods, Function<Socket, Object> targets) {
    this.methods = methods;
    this.targets = targets;
  }

  /** One object for all sockets. */
  static void register(Parley parley, Object shared) {
    if (shared instanceof Class<?> type) {
      throw new IllegalArgumentException("register(" + type.getSimpleName()
          + ".class) needs a factory as its second argument, or an object in place of the class");
    }
    Declared declared = Declared.read(shared.getClass(), true);
    new AnnotatedHandlers(declared.methods(), socket -> shared)
        .addTo(declared.namespace(parley), shared);
  }

  /** An object for each socket, kept in its data and made before its connect method runs. */
  static <T> void register(Parley parley, Class<T> type, Supplier<? extends T> factory) {
    Declared declared = Declared.read(type, false);
    DataKey<T> key = DataKey.named(type.getSimpleName(), type);
    AnnotatedHandlers handlers =
        new AnnotatedHandlers(declared.methods(), socket -> instance(socket, key));
    handlers.addTo(declared.namespace(parley), socket -> socket.data(key, create(type, factory)));
  }

  private static <T> T create(Class<T> type, Supplier<? extends T> factory) {
    T created = factory.get();
    if (created == null) {
      throw new IllegalStateException("the factory of " + type.getName() + " returned null");
    }
    return created;
  }

  private static <T> Object instance(Socket socket, DataKey<T> key) {
    T instance = socket.data(key);
    if (instance == null) {
      throw new IllegalStateException(
          "the socket has no " + key + ", because its factory failed when the socket connected");
    }
    return instance;
  }

  /** For objects that are shared; the only ones that can check a client, as there is no socket yet. */
  private void addTo(Namespace namespace, Object shared) {
    addEvents(namespace);
    for (HandlerMethod method : of(HandlerKind.ADMIT)) {
      namespace.admit(attempt -> method.invoke(shared, attempt));
    }
    addLifecycle(namespace);
  }

  private void addTo(Namespace namespace, Namespace.ConnectHandler create) {
    addEvents(namespace);
    namespace.onConnect(create);
    addLifecycle(namespace);
  }

  private void addLifecycle(Namespace namespace) {
    for (HandlerMethod method : of(HandlerKind.CONNECT)) {
      namespace.onConnect(
          socket -> method.invoke(targets.apply(socket), socket, socket.handshake()));
    }
    for (HandlerMethod method : of(HandlerKind.ANY)) {
      namespace.onAny(
          (socket, event, args) -> method.invoke(targets.apply(socket), socket, event, args));
    }
    for (HandlerMethod method : of(HandlerKind.DISCONNECT)) {
      namespace.onDisconnect(
          (socket, how) -> method.invoke(targets.apply(socket), socket, how, how.reason()));
    }
  }

  private List<HandlerMethod> of(HandlerKind kind) {
    return methods.stream().filter(method -> method.kind() == kind).toList();
  }

  /** Goes first, as an event may have a handler already; then nothing of this class stays registered. */
  private void addEvents(Namespace namespace) {
    List<String> added = new ArrayList<>();
    try {
      for (HandlerMethod method : methods) {
        if (method.kind().isEvent()) {
          addEvent(method.isNonBlocking() ? namespace.nonBlocking() : namespace, method);
          added.add(method.event());
        }
      }
    } catch (IllegalStateException taken) {
      added.forEach(namespace::off);
      throw taken;
    }
  }

  private void addEvent(Handlers<?> handlers, HandlerMethod method) {
    Type payload = method.onlyPayload();
    if (payload == null) {
      addWithAllArguments(handlers, method);
    } else if (method.acknowledgesWithNothing()) {
      handlers.on(
          new Event<>(method.event(), payload),
          (socket, value) -> method.handleOne(targets.apply(socket), socket, value));
    } else {
      handlers.onCall(
          new Call<>(method.event(), payload, Object.class),
          (socket, value) -> method.handleOne(targets.apply(socket), socket, value));
    }
  }

  private void addWithAllArguments(Handlers<?> handlers, HandlerMethod method) {
    if (method.acknowledgesWithNothing()) {
      handlers.on(
          method.event(),
          (Socket socket, Args args) -> method.handle(targets.apply(socket), socket, args));
    } else {
      handlers.onCall(
          method.event(),
          (Socket socket, Args args) -> method.handle(targets.apply(socket), socket, args));
    }
  }

  /** What a class declares, found free of faults. */
  private record Declared(String name, @Nullable Pattern pattern, List<HandlerMethod> methods) {

    /** @throws IllegalArgumentException with everything that is wrong */
    static Declared read(Class<?> type, boolean shared) {
      List<String> problems = new ArrayList<>();
      SocketNamespace namespace = annotation(type);
      if (namespace == null) {
        problems.add("it has no @SocketNamespace");
      }
      if (Modifier.isPrivate(type.getModifiers())) {
        problems.add("it is private, any other class is allowed");
      }
      Pattern pattern = namespace == null ? null : pattern(namespace, problems);
      List<HandlerMethod> methods = new HandlerMethods(type, problems).find();
      for (HandlerMethod method : methods) {
        if (!shared && method.kind() == HandlerKind.ADMIT) {
          problems.add(
              method + " has @Admit, which is allowed in a shared object only: a client that "
                  + "is not admitted has no object of its own");
        }
      }
      if (namespace == null || !problems.isEmpty()) {
        throw new IllegalArgumentException(
            type.getName() + " cannot be registered: " + String.join("; ", problems));
      }
      return new Declared(namespace.value(), pattern, methods);
    }

    /** That of the class or its nearest superclass: a proxy is a subclass. */
    private static @Nullable SocketNamespace annotation(Class<?> type) {
      for (Class<?> c = type; c != null; c = c.getSuperclass()) {
        SocketNamespace namespace = c.getAnnotation(SocketNamespace.class);
        if (namespace != null) {
          return namespace;
        }
      }
      return null;
    }

    private static @Nullable Pattern pattern(SocketNamespace namespace, List<String> problems) {
      try {
        return namespace.pattern() ? Pattern.compile(namespace.value()) : null;
      } catch (PatternSyntaxException e) {
        problems.add("its @SocketNamespace is no pattern: " + e.getDescription());
        return null;
      }
    }

    Namespace namespace(Parley parley) {
      return pattern != null ? parley.of(pattern) : parley.of(name);
    }
  }
}
