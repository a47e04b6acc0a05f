package dev.parley;

import java.lang.reflect.Type;

/** A payload cannot be bound to the type that was asked for, or cannot be written. The message names types, never values. */
public final class PayloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PayloadException(String message, Throwable cause) {
    super(message, cause);
  }

  /** An argument that is there, but not of this type. @param index counted from 0 */
  public static PayloadException notReadable(int index, Type type, Throwable cause) {
    return new PayloadException(
        "argument " + index + " cannot be read as " + type.getTypeName(), cause);
  }
}
