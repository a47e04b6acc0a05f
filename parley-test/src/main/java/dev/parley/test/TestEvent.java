package dev.parley.test;

import dev.parley.Args;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** An event that a client got from the server, with its arguments. */
public final class TestEvent implements Args {
  private final String name;
  private final List<@Nullable Object> values;
  private final ClientPayloads payloads;
  private @Nullable Consumer<@Nullable Object[]> answer;

  /** @param answer sends the acknowledgement; null if the server asked for none */
  TestEvent(
      String name,
      List<@Nullable Object> values,
      ClientPayloads payloads,
      @Nullable Consumer<@Nullable Object[]> answer) {
    this.name = name;
    this.values = Collections.unmodifiableList(values);
    this.payloads = payloads;
    this.answer = answer;
  }

  public String name() {
    return name;
  }

  /** The first argument; null if it is null or was not sent. @throws dev.parley.PayloadException if it is of another type */
  public <T> @Nullable T as(Class<T> type) {
    return get(0, type);
  }

  public <T> @Nullable T as(TypeReference<T> type) {
    return get(0, type);
  }

  @Override
  public int size() {
    return values.size();
  }

  @Override
  public <T> @Nullable T get(int index, Class<T> type) {
    return payloads.bind(index, at(index), type);
  }

  @Override
  public <T> @Nullable T get(int index, TypeReference<T> type) {
    return payloads.bind(index, at(index), type.getType());
  }

  private @Nullable Object at(int index) {
    return index < values.size() ? values.get(index) : null;
  }

  @Override
  public List<@Nullable Object> toList() {
    return values;
  }

  /** True if the server waits for an acknowledgement. */
  public boolean asks() {
    return answer != null;
  }

  /** Acknowledges it. @throws IllegalStateException if the server did not ask, or has its answer */
  public void answer(@Nullable Object... answerValues) {
    Consumer<@Nullable Object[]> send = answer;
    if (send == null) {
      throw new IllegalStateException("the server waits for no acknowledgement of " + this);
    }
    answer = null;
    send.accept(answerValues);
  }

  /** Name and arguments, as in {@code said(["hello"])}. */
  @Override
  public String toString() {
    return name + "(" + show(values) + ")";
  }

  private static String show(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return "bytes" + Arrays.toString(bytes.length <= 8 ? bytes : Arrays.copyOf(bytes, 8));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(TestEvent::show).toList().toString();
    }
    return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
  }
}
