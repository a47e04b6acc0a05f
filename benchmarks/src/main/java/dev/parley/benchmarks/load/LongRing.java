package dev.parley.benchmarks.load;

import java.util.Arrays;

/** A queue of numbers that makes no garbage. */
final class LongRing {
  private long[] values = new long[16];
  private int head;
  private int size;

  void add(long value) {
    if (size == values.length) {
      long[] larger = Arrays.copyOf(values, size * 2);
      System.arraycopy(values, head, larger, 0, size - head);
      System.arraycopy(values, 0, larger, size - head, head);
      values = larger;
      head = 0;
    }
    values[head + size++ & values.length - 1] = value;
  }

  long remove() {
    if (size == 0) {
      throw new IllegalStateException("nothing is queued");
    }
    long value = values[head];
    head = head + 1 & values.length - 1;
    size--;
    return value;
  }

  int size() {
    return size;
  }
}
