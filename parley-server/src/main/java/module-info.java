/** The Socket.IO server and its API, without a network library: a host such as {@code dev.parley.netty} brings one. */
// The cluster is built later than this.
@SuppressWarnings("module")
module dev.parley.server {
  requires static transitive org.jspecify;
  requires transitive dev.parley.protocol;
  requires transitive tools.jackson.core;
  requires transitive tools.jackson.databind;

  exports dev.parley;
  exports dev.parley.http;
  exports dev.parley.server.adapter;
  exports dev.parley.server.transport;

  // The emitter of a cluster has the server's broadcasts and payloads, without a server.
  exports dev.parley.server.internal to
      dev.parley.cluster;

  uses dev.parley.server.transport.HostProvider;
}
