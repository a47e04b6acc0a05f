/** Engine.IO and Socket.IO as values and state machines: no thread, socket, clock, logger or random source. */
module dev.parley.protocol {
  requires static transitive org.jspecify;

  exports dev.parley.protocol;
  exports dev.parley.protocol.engineio;
  exports dev.parley.protocol.socketio;
}
