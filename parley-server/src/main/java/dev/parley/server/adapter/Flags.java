package dev.parley.server.adapter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an event is to be sent.
 *
 * @param local only on this node
 * @param isVolatile drop it for clients that are not ready
 * @param compress transports that compress may compress it
 * @param timeout how long to wait for acknowledgements, or null
 */
public record Flags(
    boolean local,
    boolean isVolatile,
    boolean compress,
    @Nullable Duration timeout) {
  public static final Flags DEFAULT = new Flags(false, false, true, null);
}
