package dev.parley.server.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a request is turned away: the reference's code and message, and the status it gets. Holds no session id, not even an
 * unknown one: it may be known to another node.
 *
 * @param context for the connection error listener, with {@code name} first
 */
record Refusal(int status, int code, String message, Map<String, String> context) {
  private static final int BAD_REQUEST = 3;

  static Refusal unknownTransport(String transport) {
    return new Refusal(
        400, 0, "Transport unknown", context("TRANSPORT_UNKNOWN", "transport", transport));
  }

  static Refusal unknownSession() {
    return new Refusal(400, 1, "Session ID unknown", Map.of("name", "UNKNOWN_SID"));
  }

  /** A session of another node of the cluster. */
  static Refusal foreignSession(String owner, String here, String message) {
    Map<String, String> context = context("FOREIGN_SID", "owner", owner);
    context.put("node", here);
    return new Refusal(400, 1, message, context);
  }

  static Refusal badMethod(String method) {
    return new Refusal(400, 2, "Bad handshake method", context("BAD_METHOD", "method", method));
  }

  static Refusal invalidOrigin() {
    return badRequest("INVALID_ORIGIN");
  }

  static Refusal transportMismatch() {
    return badRequest("TRANSPORT_MISMATCH");
  }

  static Refusal protocolMismatch() {
    return badRequest("PROTOCOL_MISMATCH");
  }

  static Refusal transportHandshakeError() {
    return badRequest("TRANSPORT_HANDSHAKE_ERROR");
  }

  static Refusal upgradesOff() {
    return badRequest("UPGRADES_OFF");
  }

  private static Refusal badRequest(String name) {
    return new Refusal(400, BAD_REQUEST, "Bad request", Map.of("name", name));
  }

  /** @param message for the client */
  static Refusal forbidden(String message) {
    return new Refusal(403, 4, message, context("FORBIDDEN", "message", message));
  }

  static Refusal foreignOrigin(String origin) {
    return new Refusal(403, 4, "Forbidden", context("FOREIGN_ORIGIN", "origin", origin));
  }

  static Refusal unsupportedVersion(String version) {
    return new Refusal(
        400,
        5,
        "Unsupported protocol version",
        context("UNSUPPORTED_VERSION", "protocol", version));
  }

  static Refusal tooManyHandshakes() {
    return new Refusal(
        429, BAD_REQUEST, "Too many requests", Map.of("name", "TOO_MANY_HANDSHAKES"));
  }

  static Refusal tooManySessions() {
    return new Refusal(
        429, BAD_REQUEST, "Too many sessions", Map.of("name", "TOO_MANY_SESSIONS_OF_ADDRESS"));
  }

  static Refusal full() {
    return new Refusal(
        503, BAD_REQUEST, "Service unavailable", Map.of("name", "TOO_MANY_SESSIONS"));
  }

  static Refusal shuttingDown() {
    return new Refusal(503, BAD_REQUEST, "Service unavailable", Map.of("name", "SHUTTING_DOWN"));
  }

  /** As the body of an answer. */
  String json() {
    StringBuilder json = new StringBuilder(64);
    json.append("{\"code\":").append(code).append(",\"message\":\"");
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append("\"}").toString();
  }

  private static Map<String, String> context(String name, String key, String value) {
    Map<String, String> context = new LinkedHashMap<>(4);
    context.put("name", name);
    context.put(key, value);
    return context;
  }
}
