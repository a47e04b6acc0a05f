package dev.parley;

import org.jspecify.annotations.Nullable;

/** Handles an event that another node of the cluster sent to its fellow servers. */
@FunctionalInterface
public interface ServerEventHandler {
  /**
   * Runs on a handler thread and may block; the events of a namespace come one at a time, those of one node in order. What
   * it throws is logged, and the sender gets no answer.
   *
   * @return the answer, a {@link java.util.concurrent.CompletionStage} of it, or null for an answer without a value; it
   *     counts only if the sender asked for one
   */
  @Nullable
  Object handle(Args args) throws Exception;
}
