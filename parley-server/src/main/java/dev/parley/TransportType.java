package dev.parley;

/** The ways in which a client may talk to the server. */
public enum TransportType {
  POLLING("polling"),
  WEBSOCKET("websocket");

  private final String wire;

  TransportType(String wire) {
    this.wire = wire;
  }

  /** The name in the {@code transport} query parameter. */
  public String wire() {
    return wire;
  }
}
