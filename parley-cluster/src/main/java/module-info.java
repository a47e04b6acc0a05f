/** Several servers as one, over a bus, and the emitter for processes without sockets. */
module dev.parley.cluster {
  requires static transitive org.jspecify;
  requires transitive dev.parley.server;

  exports dev.parley.cluster;
  exports dev.parley.cluster.format;

  uses dev.parley.cluster.WireProvider;

  provides dev.parley.cluster.WireProvider with
      dev.parley.cluster.internal.MemoryWireProvider;
}
