package dev.parley.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What is said of failures. */
final class Failures {
  private Failures() {}

  /** The innermost cause, in words for the log. */
  static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || cause instanceof CompletionException
        ? cause.getClass().getSimpleName()
        : message;
  }

  /** Whether a node of a Redis cluster says that another one has the slot. */
  static boolean isMoved(String reason) {
    return reason.startsWith("MOVED ") || reason.startsWith("ASK ");
  }

  static <T extends @Nullable Object> CompletableFuture<T> unreachable() {
    return CompletableFuture.failedFuture(new IllegalStateException("Redis cannot be reached"));
  }
}
