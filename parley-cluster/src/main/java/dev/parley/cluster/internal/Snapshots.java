package dev.parley.cluster.internal;

import dev.parley.Handshake;
import dev.parley.PayloadException;
import dev.parley.RemoteSocket;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.http.Headers;
import dev.parley.server.adapter.LocalSockets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes local sockets to other nodes, with the nine fields that Node's handshakes have. */
final class Snapshots {
  /** Any other may hold a token, as many proxies and applications have headers of their own for that. */
  private static final Set<String> HARMLESS_HEADERS = Set.of(
      "accept",
      "accept-encoding",
      "accept-language",
      "connection",
      "host",
      "origin",
      "sec-websocket-version",
      "upgrade",
      "user-agent",
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto");

  private static final Set<String> HARMLESS_QUERY = Set.of("EIO", "transport", "t", "b64", "j");

  private final LocalSockets local;
  private final boolean secrets;

  Snapshots(LocalSockets local, ClusterOptions options) {
    this.local = local;
    this.secrets = options.showSecrets();
  }

  List<SocketSnapshot> of(List<RemoteSocket> sockets) {
    return sockets.stream().map(this::of).toList();
  }

  /** The same without the data that cannot be written. */
  List<SocketSnapshot> writable(List<SocketSnapshot> sockets) {
    return sockets.stream().map(this::writable).toList();
  }

  private SocketSnapshot writable(SocketSnapshot socket) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>(socket.data());
    data.values().removeIf(value -> !isWritable(value));
    return new SocketSnapshot(socket.id(), socket.handshake(), socket.rooms(), data);
  }

  private boolean isWritable(@Nullable Object value) {
    try {
      local.bodies().values(value);
      return true;
    } catch (PayloadException e) {
      return false;
    }
  }

  private SocketSnapshot of(RemoteSocket socket) {
    return new SocketSnapshot(
        socket.id(),
        handshake(socket.handshake()),
        socket.rooms(),
        new LinkedHashMap<>(local.shownData(socket.id())));
  }

  private Map<String, @Nullable Object> handshake(Handshake handshake) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("headers", headers(handshake.headers()));
    fields.put("time", handshake.time().toString());
    fields.put("address", handshake.address());
    fields.put("xdomain", handshake.crossDomain());
    fields.put("secure", handshake.secure());
    fields.put("issued", handshake.time().toEpochMilli());
    fields.put("url", secrets ? handshake.url() : handshake.url().replaceFirst("\\?.*", ""));
    Map<String, String> query = new LinkedHashMap<>(handshake.query());
    if (!secrets) {
      query.keySet().retainAll(HARMLESS_QUERY);
    }
    fields.put("query", query);
    fields.put("auth", secrets ? handshake.auth().toMap() : Map.of());
    return fields;
  }

  private Map<String, String> headers(Headers headers) {
    Map<String, String> fields = new LinkedHashMap<>();
    headers.forEach((name, value) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (secrets || HARMLESS_HEADERS.contains(lower)) {
        fields.merge(lower, value, (first, next) -> first + ", " + next);
      }
    });
    return fields;
  }
}
