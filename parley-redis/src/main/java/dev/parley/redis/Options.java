package dev.parley.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The options of a URL, each taken once; what nobody takes is a mistake of the user. One thread. */
final class Options {
  private final Map<String, String> left;

  Options(Map<String, String> given) {
    this.left = new HashMap<>(given);
  }

  @Nullable
  String take(String name) {
    return left.remove(name);
  }

  String take(String name, String otherwise) {
    String value = left.remove(name);
    return value == null ? otherwise : value;
  }

  /** {@code prefix}, or {@code channel} as others call it. */
  String prefix(String otherwise) {
    String channel = take("channel");
    String prefix = take("prefix");
    if (channel != null && prefix != null) {
      throw new IllegalArgumentException(
          "the options channel and prefix are the same, one is allowed");
    }
    String chosen = prefix != null ? prefix : channel;
    if (chosen != null && chosen.isEmpty()) {
      throw new IllegalArgumentException("the option prefix is empty");
    }
    return chosen == null ? otherwise : chosen;
  }

  <T> T choose(String name, String otherwise, Map<String, T> allowed) {
    String value = take(name, otherwise);
    T chosen = allowed.get(value);
    if (chosen == null) {
      throw new IllegalArgumentException("the option " + name + " is \"" + value
          + "\", allowed are " + new TreeSet<>(allowed.keySet()));
    }
    return chosen;
  }

  long number(String name, long otherwise, long least, long most) {
    String value = take(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "the option " + name + " is \"" + value + "\", " + least + " to " + most + " is allowed");
  }

  /** @throws IllegalArgumentException if there is an option that nobody took */
  void finish() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "no option is called " + new TreeSet<>(left.keySet()) + ", or not with this format");
    }
  }
}
