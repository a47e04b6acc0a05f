package dev.parley.protocol;

/**
 * A peer sent what the protocol does not allow. The message says what was seen and what was allowed, never user data.
 * Has no stack trace: a bad peer is normal input and must stay cheap.
 */
public final class ProtocolException extends RuntimeException {
  /** What kind of rule was broken. */
  public enum Reason {
    /** No such packet type, or none that is allowed here. */
    UNKNOWN_TYPE,
    /** The bytes do not follow the grammar. */
    MALFORMED,
    /** A length, count or depth is over its limit. */
    TOO_LARGE,
    /** More binary attachments than allowed, none where some were announced, or one that nobody announced. */
    BAD_ATTACHMENT,
    /** The packet is well formed but may not come now or from this side. */
    UNEXPECTED
  }

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public ProtocolException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
