package dev.parley;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * The arguments of an event or the values of an acknowledgement, bound to a type when somebody asks. Immutable and safe
 * from any thread.
 *
 * <p>Returned by a handler, {@code Args.of(a, b)} acknowledges with several values, where a list would be one.
 */
public interface Args {
  static Args of(@Nullable Object... values) {
    return new ValueArgs(values);
  }

  int size();

  /**
   * One argument; null if it is JSON null or was not sent.
   *
   * @throws PayloadException if it cannot be bound to the type
   */
  <T> @Nullable T get(int index, Class<T> type);

  <T> @Nullable T get(int index, TypeReference<T> type);

  /** All arguments as plain values: String, Number, Boolean, byte[], List, Map or null. */
  List<@Nullable Object> toList();
}
