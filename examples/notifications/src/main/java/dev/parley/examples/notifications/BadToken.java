package dev.parley.examples.notifications;

/** A token that proves nothing. Says no more than its sender may know. */
final class BadToken extends Exception {
  private static final long serialVersionUID = 1L;

  enum Reason {
    MISSING("token_missing", "A token is needed."),
    EXPIRED("token_expired", "The token has expired."),
    INVALID("token_invalid", "The token is not valid.");

    private final String code;
    private final String words;

    Reason(String code, String words) {
      this.code = code;
      this.words = words;
    }

    /** For programs. */
    String code() {
      return code;
    }
  }

  private final Reason reason;

  BadToken(Reason reason) {
    super(reason.words);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
