package dev.parley.cluster.internal;

import dev.parley.cluster.Format;
import dev.parley.cluster.MemoryBus;
import dev.parley.cluster.Wire;
import dev.parley.cluster.WireProvider;
import dev.parley.cluster.format.NodeFormat;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code memory://name}: the servers and emitters of one JVM. */
public final class MemoryWireProvider implements WireProvider {
  @Override
  public Set<String> schemes() {
    return Set.of("memory");
  }

  @Override
  public Wire open(URI url, Map<String, String> options) {
    if (!options.isEmpty()) {
      throw new IllegalArgumentException(
          "memory: has no options, but there are " + new TreeSet<>(options.keySet()));
    }
    String name = url.getHost() == null ? "" : url.getHost();
    NodeFormat format = new NodeFormat(
        "memory", "socket.io", NodeFormat.RoomChannels.ALL, Format.Membership.HEARTBEATS);
    return new Wire(new MemoryBus(MemoryBus.hub(name)), format);
  }
}
