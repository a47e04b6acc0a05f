package dev.parley;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client's {@code auth} object; empty if it sent none. Safe from any thread. Never trust it before it was checked. */
public interface Auth {
  /** A field that is text, or null if it is absent or anything else. */
  @Nullable
  String text(String field);

  /** The whole object. @throws PayloadException if it cannot be bound to the type */
  <T> T as(Class<T> type);

  /** The whole object as plain values. */
  Map<String, @Nullable Object> toMap();
}
