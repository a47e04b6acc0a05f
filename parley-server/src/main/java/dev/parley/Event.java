package dev.parley;

import java.lang.reflect.Type;
import java.util.Objects;
import tools.jackson.core.type.TypeReference;

/**
 * An event's name together with the type of its one argument, as a constant that server, tests and emitters share.
 *
 * @param name any text but the reserved names, see {@link Emitter#emit}
 * @param type what the argument is bound to
 */
public record Event<T>(String name, Type type) {
  public Event {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
  }

  public static <T> Event<T> named(String name, Class<T> type) {
    return new Event<>(name, type);
  }

  public static <T> Event<T> named(String name, TypeReference<T> type) {
    return new Event<>(name, type.getType());
  }
}
