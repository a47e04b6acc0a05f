package dev.parley.server.internal;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The names of events: which are reserved, and how one is read without parsing the rest. */
final class EventNames {
  static final Set<String> RESERVED = Set.of(
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener");

  private EventNames() {}

  /** @throws IllegalArgumentException if the server may not emit or handle an event of this name */
  static String check(String event) {
    if (RESERVED.contains(event)) {
      throw new IllegalArgumentException("\"" + event + "\" is a reserved event name");
    }
    return event;
  }

  /** @throws ProtocolException if there is no name, or a reserved one */
  static String of(Body body, Payloads payloads) {
    String plain = body.isJson() ? plainName(body.raw()) : null;
    String name = plain != null ? plain : parsedName(body, payloads);
    if (RESERVED.contains(name)) {
      throw new ProtocolException(
          ProtocolException.Reason.UNEXPECTED, "an event with a reserved name");
    }
    return name;
  }

  /** The name of a body like {@code ["say",…}: no space before it and no escape in it, as every client writes it. */
  private static @Nullable String plainName(Message raw) {
    if (raw.length() < 3 || raw.at(1) != '"') {
      return null;
    }
    for (int i = 2; i < raw.length(); i++) {
      byte b = raw.at(i);
      if (b == '"') {
        return new String(raw.array(), raw.offset() + 2, i - 2, StandardCharsets.UTF_8);
      }
      if (b == '\\' || b >= 0 && b < ' ') {
        return null;
      }
    }
    return null;
  }

  private static String parsedName(Body body, Payloads payloads) {
    try (JsonParser parser = body.isJson()
        ? payloads.openRaw(body.raw(), 0, body.raw().length())
        : payloads.open(body)) {
      if (parser.nextToken() == JsonToken.START_ARRAY) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING || token != null && token.isNumeric()) {
          return parser.getString();
        }
      }
    } catch (JacksonException e) {
      throw Payloads.malformed(e);
    }
    throw new ProtocolException(ProtocolException.Reason.MALFORMED, "an event without a name");
  }
}
