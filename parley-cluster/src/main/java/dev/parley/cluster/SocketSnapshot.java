package dev.parley.cluster;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A socket as its node describes it to another, in plain values.
 *
 * @param handshake {@code headers, time, address, xdomain, secure, issued, url, query, auth}, as far as the sender tells
 * @param data what the socket shows
 */
public record SocketSnapshot(
    String id,
    Map<String, @Nullable Object> handshake,
    Set<String> rooms,
    Map<String, @Nullable Object> data) {
  public SocketSnapshot {
    rooms = Set.copyOf(rooms);
  }
}
