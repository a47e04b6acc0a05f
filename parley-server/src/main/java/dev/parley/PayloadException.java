package dev.parley;

/** A payload cannot be bound to the type that was asked for, or cannot be written. The message names types, never values. */
public final class PayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PayloadException(String message, Throwable cause) {
    super(message, cause);
  }
}
