package dev.parley;

import org.jspecify.annotations.Nullable;

/**
 * Whatever an event can be sent to. Never blocks and is safe from any thread; events of one thread to one client arrive in
 * order. Arguments are written when {@code emit} is called, so they may change afterwards. {@code byte[]} and {@link
 * java.nio.ByteBuffer} anywhere in them travel as binary.
 */
public interface Emitter {
  /**
   * Sends an event.
   *
   * @param event any text but {@code connect}, {@code connect_error}, {@code disconnect}, {@code disconnecting}, {@code
   *     newListener} and {@code removeListener}
   * @throws IllegalArgumentException for a reserved name
   * @throws PayloadException if an argument cannot be written; nothing was sent then
   */
  void emit(String event, @Nullable Object... args);

  default <T> void emit(Event<T> event, T payload) {
    emit(event.name(), payload);
  }

  /** The event {@code message}. */
  default void send(@Nullable Object... args) {
    emit("message", args);
  }
}
