package dev.parley.cluster.internal;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The nodes that have yet to answer a question: by their ids where they are known, else by their number. Not thread-safe. */
final class Awaited {
  private @Nullable Set<String> ids;

  /** Those that answered before it was known who was asked. */
  private final Set<String> early = new HashSet<>();

  private int expected;
  private int answered;
  private boolean known;
  private boolean unreachable;

  /** These were asked. */
  void expect(Set<String> nodes) {
    Set<String> open = new HashSet<>(nodes);
    open.removeAll(early);
    ids = open;
    expected = nodes.size();
    answered = expected - open.size();
    known = true;
  }

  /** So many were asked; answers may have come before this is known. */
  void expect(int nodes) {
    expected = Math.max(0, nodes);
    known = true;
  }

  /** Nobody could be asked. */
  void unreachable() {
    unreachable = true;
  }

  void answered(String node) {
    if (ids == null) {
      early.add(node);
      answered++;
    } else if (ids.remove(node)) {
      answered++;
    }
  }

  void gone(String node) {
    if (ids != null && ids.remove(node)) {
      expected--;
    }
  }

  boolean done() {
    return unreachable || known && answered >= expected;
  }

  boolean known() {
    return known;
  }

  /** True if the question could not be sent. */
  boolean unreached() {
    return unreachable;
  }

  boolean isUnreachable() {
    return unreachable || !known;
  }

  int expected() {
    return expected;
  }

  int answered() {
    return Math.min(answered, expected);
  }

  /** How many did not answer; 1 if nobody knows. */
  int missing() {
    return isUnreachable() ? 1 : expected - answered();
  }
}
