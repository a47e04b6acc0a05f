/** The bus of a cluster over Redis, and the wire formats of Node's Redis adapters. */
module dev.parley.redis {
  requires static transitive org.jspecify;
  requires transitive dev.parley.cluster;
  requires io.netty.common;
  requires lettuce.core;

  exports dev.parley.redis;

  provides dev.parley.cluster.WireProvider with
      dev.parley.redis.RedisWireProvider;
}
