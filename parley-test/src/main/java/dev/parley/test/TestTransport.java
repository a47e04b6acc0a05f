package dev.parley.test;

/** How a test client talks to the server. */
public enum TestTransport {
  /** HTTP requests only. */
  POLLING,
  /** A WebSocket from the start. */
  WEBSOCKET,
  /** HTTP requests first, and then a WebSocket, as the official clients do by default. */
  UPGRADE
}
