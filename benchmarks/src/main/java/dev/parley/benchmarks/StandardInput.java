package dev.parley.benchmarks;

import java.io.IOException;

/** Ties a measured server's life to the program that started it: its standard input ends with that program. */
public final class StandardInput {
  private StandardInput() {}

  /** Waits for the end; what comes before it is ignored. */
  public static void awaitEnd() throws IOException {
    byte[] ignored = new byte[256];
    int count;
    do {
      count = System.in.read(ignored);
    } while (count >= 0);
  }
}
