package dev.parley.protocol.engineio;

/** The Engine.IO revision of a session; the query parameter {@code EIO} names it. */
public enum Revision {
  /** Socket.IO clients 1.x and 2.x: the client pings, lengths frame a polling payload. */
  V3(3),
  /** Socket.IO clients 3.x and 4.x: the server pings, a separator frames a polling payload. */
  V4(4);

  private final int number;

  Revision(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
