package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * Handles an event and returns its acknowledgement: a value, {@link Args} for several values, null for a null, or a {@link
 * java.util.concurrent.CompletionStage} of these, which is answered when it completes. Otherwise as {@link EventHandler}.
 */
@FunctionalInterface
public interface CallHandler<T> {
  @Nullable
  Object handle(Socket socket, T payload) throws Exception;
}
