package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by an admission check to turn a client away, with what the client may know. In a namespace, message and data
 * reach the client's {@code connect_error}. Has no stack trace: refusing is no fault.
 */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object data;

  public Refused(String message) {
    this(message, null);
  }

  /** @param data anything that the JSON mapper can write, or null */
  public Refused(String message, @Nullable Object data) {
    super(message, null, false, false);
    this.data = data;
  }

  public @Nullable Object data() {
    return data;
  }
}
