/** The Socket.IO server and its API, without a network library: a host such as {@code dev.parley.netty} brings one. */
module dev.parley.server {
  requires static transitive org.jspecify;
  requires transitive dev.parley.protocol;
  requires transitive tools.jackson.core;
  requires transitive tools.jackson.databind;

  exports dev.parley;
  exports dev.parley.http;
  exports dev.parley.server.adapter;
  exports dev.parley.server.transport;

  uses dev.parley.server.transport.HostProvider;
}
