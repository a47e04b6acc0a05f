package dev.parley.redis;

import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Wire;
import dev.parley.cluster.WireProvider;
import dev.parley.cluster.format.NodeFormat;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** Makes wires over Redis. */
public final class RedisWireProvider implements WireProvider {
  @Override
  public Set<String> schemes() {
    return Set.of("redis");
  }

  @Override
  public Wire open(URI url, Map<String, String> options) {
    return new Wire(
        new RedisBus(url.toString(), RedisBus.Mode.SHARDED),
        new NodeFormat(
            "sharded", "socket.io", NodeFormat.RoomChannels.PUBLIC, Membership.SUBSCRIBERS));
  }
}
