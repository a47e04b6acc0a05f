package dev.parley;

/** An acknowledgement that will not come. */
public final class AckException extends RuntimeException {
  /** Why it will not come. */
  public enum Reason {
    TIMEOUT,
    DISCONNECTED,
    TOO_MANY_PENDING
  }

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public AckException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
