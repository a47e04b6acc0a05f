package dev.parley.benchmarks.load;

import java.io.Serial;

/** A server did not do what it was asked. */
public final class LoadFailure extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  LoadFailure(String message) {
    super(message);
  }

  LoadFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
