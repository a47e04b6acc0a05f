package dev.parley.server.internal;

import dev.parley.Disconnect;
import dev.parley.NonBlocking;
import dev.parley.Socket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

/**
 * Finds the annotated methods of a class, those that it inherits included, and everything that is wrong with them. An
 * annotation also holds for a method that overrides the annotated one, unless that has annotations of its own; so a proxy
 * that a framework puts before a class handles what the class handles.
 */
final class HandlerMethods {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final Class<?> type;
  private final JavaType generic;
  private final List<String> problems;

  HandlerMethods(Class<?> type, List<String> problems) {
    this.type = type;
    this.generic = TypeFactory.createDefaultInstance().constructType(type);
    this.problems = problems;
  }

  /** Superclasses before subclasses, otherwise by name. Without those that have a problem. */
  List<HandlerMethod> find() {
    List<HandlerMethod> methods = new ArrayList<>();
    Collection<Method> annotated = annotated();
    if (annotated.isEmpty()) {
      problems.add("no method has one of the annotations " + Arrays.toString(HandlerKind.values()));
    }
    for (Method method : annotated) {
      HandlerMethod handler = check(method);
      if (handler != null) {
        methods.add(handler);
      }
    }
    checkEvents(methods);
    return methods;
  }

  private Collection<Method> annotated() {
    Map<String, Method> found = new LinkedHashMap<>();
    for (Class<?> ancestor : lineage(type, new LinkedHashSet<>())) {
      Arrays.stream(ancestor.getDeclaredMethods())
          .filter(method -> !method.isSynthetic() && isAnnotated(method))
          .sorted(Comparator.comparing(HandlerMethod::describe))
          .forEach(method -> found.put(signature(method), method));
    }
    return found.values();
  }

  private static Set<Class<?>> lineage(@Nullable Class<?> type, Set<Class<?>> found) {
    if (type != null && type != Object.class) {
      lineage(type.getSuperclass(), found);
      for (Class<?> parent : type.getInterfaces()) {
        lineage(parent, found);
      }
      found.add(type);
    }
    return found;
  }

  private static boolean isAnnotated(Method method) {
    return !HandlerKind.of(method).isEmpty() || method.isAnnotationPresent(NonBlocking.class);
  }

  /** The same for a method and those that it overrides. */
  private String signature(Method method) {
    StringBuilder signature = new StringBuilder(method.getName());
    for (Type parameter : parameterTypes(method)) {
      signature.append(' ').append(rawClass(parameter).getName());
    }
    return signature.toString();
  }

  private Type[] parameterTypes(Method method) {
    Type[] types = method.getGenericParameterTypes();
    Class<?> owner = method.getDeclaringClass();
    if (owner.getTypeParameters().length > 0) {
      JavaType ancestor = generic.findSuperType(owner);
      for (int i = 0; i < types.length; i++) {
        types[i] =
            TypeFactory.createDefaultInstance().resolveMemberType(types[i], ancestor.getBindings());
      }
    }
    return types;
  }

  private static Class<?> rawClass(Type type) {
    return TypeFactory.createDefaultInstance().constructType(type).getRawClass();
  }

  private @Nullable HandlerMethod check(Method method) {
    int before = problems.size();
    List<HandlerKind> kinds = HandlerKind.of(method);
    if (kinds.size() != 1) {
      String seen = kinds.isEmpty() ? "only @NonBlocking" : kinds.toString();
      problem(
          method,
          "has " + seen + ", exactly one of " + Arrays.toString(HandlerKind.values())
              + " is allowed");
      return null;
    }
    HandlerKind kind = kinds.get(0);
    checkModifiers(method, kind);
    Type[] types = parameterTypes(method);
    int[] sources = sources(method, kind, types);
    MethodHandle handle = accessible(method);
    return handle == null || problems.size() > before
        ? null
        : new HandlerMethod(method, kind, handle, sources, types);
  }

  private void checkModifiers(Method method, HandlerKind kind) {
    if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
      problem(method, "is private or static, neither is allowed");
    }
    if (!kind.isEvent() && method.getReturnType() != void.class) {
      problem(
          method,
          "returns " + method.getReturnType().getSimpleName() + ", with " + kind
              + " only void is allowed");
    }
    if (!kind.isEvent() && method.isAnnotationPresent(NonBlocking.class)) {
      problem(method, "has @NonBlocking, which is allowed with @OnEvent and @OnMessage");
    }
  }

  private int[] sources(Method method, HandlerKind kind, Type[] types) {
    int[] sources = new int[types.length];
    int arguments = 0;
    for (int i = 0; i < types.length; i++) {
      Class<?> raw = rawClass(types[i]);
      sources[i] = kind.indexOf(raw);
      if (sources[i] < 0) {
        sources[i] = ~arguments++;
        if (!kind.isEvent() || isOurs(raw)) {
          problem(
              method,
              "cannot take " + raw.getSimpleName() + ", with " + kind + " it may take "
                  + kind.allowedParameters());
        }
      }
    }
    return sources;
  }

  /** Our own types are no payloads: who asks for one has mistaken what this kind of method gets. */
  private static boolean isOurs(Class<?> raw) {
    return raw.getPackage() == Socket.class.getPackage()
        && (raw.isInterface() || raw == Disconnect.class);
  }

  private @Nullable MethodHandle accessible(Method method) {
    try {
      if (method.trySetAccessible()) {
        return LOOKUP.unreflect(method);
      }
    } catch (IllegalAccessException notOurs) {
      // Reported below, like what cannot be made accessible.
    }
    problem(
        method,
        "cannot be called: make it and its class public and export the package, or open it to "
            + LOOKUP.lookupClass().getModule().getName());
    return null;
  }

  private void checkEvents(List<HandlerMethod> methods) {
    Map<String, HandlerMethod> byEvent = new HashMap<>();
    for (HandlerMethod method : methods) {
      if (method.kind().isEvent()) {
        String event = method.event();
        if (EventNames.RESERVED.contains(event)) {
          problems.add(method + " handles \"" + event + "\", none of the reserved names "
              + EventNames.RESERVED.stream().sorted().toList() + " is allowed");
        }
        HandlerMethod other = byEvent.put(event, method);
        if (other != null) {
          problems.add(
              other + " and " + method + " handle \"" + event + "\", one method is allowed");
        }
      }
    }
  }

  private void problem(Method method, String what) {
    problems.add(HandlerMethod.describe(method) + " " + what);
  }
}
