package dev.parley;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Arguments that are Java values already: those of outgoing events, and what {@link Args#of} makes. */
final class ValueArgs implements Args {
  private final @Nullable Object[] values;

  ValueArgs(@Nullable Object[] values) {
    this.values = values.clone();
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public <T> @Nullable T get(int index, Class<T> type) {
    Object value = at(index);
    if (value == null || type.isInstance(value)) {
      return type.cast(value);
    }
    try {
      return JsonMapper.shared().convertValue(value, type);
    } catch (JacksonException e) {
      throw PayloadException.notReadable(index, type, e);
    }
  }

  @Override
  public <T> @Nullable T get(int index, TypeReference<T> type) {
    try {
      return JsonMapper.shared().convertValue(at(index), type);
    } catch (JacksonException e) {
      throw PayloadException.notReadable(index, type.getType(), e);
    }
  }

  @Override
  public List<@Nullable Object> toList() {
    return Collections.unmodifiableList(Arrays.asList(values));
  }

  private @Nullable Object at(int index) {
    if (index < 0) {
      throw new IndexOutOfBoundsException("argument " + index);
    }
    return index < values.length ? values[index] : null;
  }
}
