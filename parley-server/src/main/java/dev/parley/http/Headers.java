package dev.parley.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Header fields in their order; names compare without case. Immutable: {@link #with} and {@link #and} return new ones. */
public final class Headers {
  private static final Headers NONE = new Headers(new String[0]);

  /** Name, value, name, value: small enough to be kept for every connection. */
  private final String[] fields;

  private Headers(String[] fields) {
    this.fields = fields;
  }

  public static Headers none() {
    return NONE;
  }

  /**
   * Header fields from names and values in turn.
   *
   * @throws IllegalArgumentException if a value is missing, or a name or value could split the header section
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          namesAndValues.length + " names and values, an even number is needed");
    }
    for (int i = 0; i < namesAndValues.length; i += 2) {
      checkField(namesAndValues[i], namesAndValues[i + 1]);
    }
    return namesAndValues.length == 0 ? NONE : new Headers(namesAndValues.clone());
  }

  /** The first value of this name, or null. */
  public @Nullable String first(String name) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        return fields[i + 1];
      }
    }
    return null;
  }

  /** All values of this name, in their order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        values.add(fields[i + 1]);
      }
    }
    return Collections.unmodifiableList(values);
  }

  public boolean has(String name) {
    return first(name) != null;
  }

  /** True if a comma-separated list of this name holds the token, without regard to case. */
  public boolean hasToken(String name, String token) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i].equalsIgnoreCase(name)) {
        for (String part : fields[i + 1].split(",")) {
          if (part.trim().equalsIgnoreCase(token)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** These fields and one more. */
  public Headers and(String name, String value) {
    checkField(name, value);
    String[] more = Arrays.copyOf(fields, fields.length + 2);
    more[fields.length] = name;
    more[fields.length + 1] = value;
    return new Headers(more);
  }

  /** These fields and those. */
  public Headers and(Headers others) {
    if (others.fields.length == 0) {
      return this;
    }
    String[] all = Arrays.copyOf(fields, fields.length + others.fields.length);
    System.arraycopy(others.fields, 0, all, fields.length, others.fields.length);
    return new Headers(all);
  }

  /** These fields with one field in place of all of that name. */
  public Headers with(String name, String value) {
    return without(name).and(name, value);
  }

  public Headers without(String name) {
    List<String> kept = new ArrayList<>(fields.length);
    for (int i = 0; i < fields.length; i += 2) {
      if (!fields[i].equalsIgnoreCase(name)) {
        kept.add(fields[i]);
        kept.add(fields[i + 1]);
      }
    }
    return kept.size() == fields.length ? this : new Headers(kept.toArray(String[]::new));
  }

  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < fields.length; i += 2) {
      action.accept(fields[i], fields[i + 1]);
    }
  }

  /** Lower-case names with their values joined by a comma and a space, as Node shows them. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    forEach(
        (name, value) -> map.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + ", " + b));
    return map;
  }

  /** Names only: values may be secrets. */
  @Override
  public String toString() {
    return toMap().keySet().toString();
  }

  private static void checkField(String name, String value) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header name is empty");
    }
    checkChars(name, name, true);
    checkChars(name, value, false);
  }

  private static void checkChars(String name, String part, boolean isName) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '\r' || c == '\n' || c == 0 || isName && (c <= ' ' || c == ':' || c >= 127)) {
        throw new IllegalArgumentException("character " + (int) c
            + " is not allowed in the header field " + name.replaceAll("[^!-~]", "?"));
      }
    }
  }
}
