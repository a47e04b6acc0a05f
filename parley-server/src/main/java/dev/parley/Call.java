package dev.parley;

import java.lang.reflect.Type;
import java.util.Objects;
import tools.jackson.core.type.TypeReference;

/**
 * An event that is answered: its name, the type of its one argument and the type of its acknowledgement.
 *
 * @param name any text but the reserved names, see {@link Emitter#emit}
 */
public record Call<T, R>(String name, Type type, Type answer) {
  public Call {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    Objects.requireNonNull(answer);
  }

  public static <T, R> Call<T, R> named(String name, Class<T> type, Class<R> answer) {
    return new Call<>(name, type, answer);
  }

  public static <T, R> Call<T, R> named(
      String name, TypeReference<T> type, TypeReference<R> answer) {
    return new Call<>(name, type.getType(), answer.getType());
  }
}
