package dev.parley.conformance.javaclient;

/** How a client connects, and what it ends on. */
enum Way {
  POLLING("polling", "polling"),
  WEBSOCKET("websocket", "websocket"),
  UPGRADE("websocket", "polling", "websocket");

  private final String ends;
  private final String[] transports;

  Way(String ends, String... transports) {
    this.ends = ends;
    this.transports = transports;
  }

  String ends() {
    return ends;
  }

  String[] transports() {
    return transports.clone();
  }
}
