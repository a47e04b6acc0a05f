package dev.parley.server.internal.engine;

/** Takes new sessions: Socket.IO, or a user's own Engine.IO listener. */
@FunctionalInterface
public interface SessionAcceptor {
  /** Called on the session's lane once its open packet is queued. */
  SessionHandler accept(Session session);
}
