package dev.parley;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a socket ended.
 *
 * @param cause what broke, or null if nothing did
 * @param rooms the rooms that it was in; it is in none any more
 */
public record Disconnect(DisconnectReason reason, @Nullable Throwable cause, Set<String> rooms) {}
