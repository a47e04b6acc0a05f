/** Engine.IO and Socket.IO as values and state machines: no thread, socket, clock, logger or random source. */
// The cluster is built later than this.
@SuppressWarnings("module")
module dev.parley.protocol {
  requires static transitive org.jspecify;

  exports dev.parley.protocol;
  exports dev.parley.protocol.engineio;
  exports dev.parley.protocol.socketio;

  // Text from a bus must be as well formed as text from clients.
  exports dev.parley.protocol.internal to
      dev.parley.cluster;
}
