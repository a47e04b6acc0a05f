/** A test kit for servers: a host without a network, clients in memory and a clock moved by hand. */
module dev.parley.test {
  requires static transitive org.jspecify;
  requires transitive dev.parley.server;

  exports dev.parley.test;
}
