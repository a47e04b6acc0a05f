package dev.parley.protocol.internal;

/** Decimal digits in ASCII, written straight into a buffer. */
public final class Decimal {
  private Decimal() {}

  /** @param value not negative */
  public static int digits(long value) {
    int count = 1;
    for (long rest = value; rest > 9; rest /= 10) {
      count++;
    }
    return count;
  }

  /**
   * Writes the digits of {@code value}, which must not be negative.
   *
   * @return the index after the last digit
   */
  public static int put(long value, byte[] target, int at) {
    int end = at + digits(value);
    long rest = value;
    for (int i = end - 1; i >= at; i--) {
      target[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  public static boolean isDigit(int ch) {
    return ch >= '0' && ch <= '9';
  }
}
