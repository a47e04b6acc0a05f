package dev.parley.server.adapter;

import dev.parley.Args;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/**
 * The payloads of one server: written through its mapper, in the format that its clients speak. An adapter reads and
 * writes messages of its own with the same tokens, so that payloads of any format come in and go out. Thread-safe.
 *
 * <p>Whatever reads throws {@link dev.parley.protocol.ProtocolException} or {@link tools.jackson.core.JacksonException}
 * at what is malformed, nests too deep or is over another bound.
 */
public interface Bodies {
  /** A body of an event's name and its arguments. @throws dev.parley.PayloadException if one cannot be written */
  Body event(String event, @Nullable Object... args);

  /** A body of an acknowledgement's values. @throws dev.parley.PayloadException if one cannot be written */
  Body values(@Nullable Object... values);

  /** The values of a body, or of an event's body the arguments. @param skipped values in front that are none: 1 for the name */
  Args args(Body body, int skipped);

  /** The name of an event. @throws dev.parley.protocol.ProtocolException if it has none, or a reserved one */
  String eventName(Body body);

  /** Whether bodies are JSON, not MessagePack. */
  boolean speaksJson();

  /** Tokens of a body; attachments are embedded objects in their places. */
  JsonParser open(Body body);

  /** Tokens of JSON. */
  JsonParser openJson(Message text);

  /** Tokens of MessagePack; binary data are embedded objects. */
  JsonParser openMsgpack(Message data);

  /** Reads the value that begins at the parser's current token, and leaves the parser at its last token. */
  Body copy(JsonParser parser);

  /** Reads the value that begins at the parser's current token as a plain one: String, Number, Boolean, byte[], List, Map or null. */
  @Nullable
  Object read(JsonParser parser);

  /** Copies the value that begins at the parser's current token, and leaves the parser at its last token. */
  void copy(JsonParser from, JsonGenerator to);

  /** Writes JSON; binary data become base64. */
  void writeJson(OutputStream out, Consumer<JsonGenerator> content);

  /** Writes MessagePack; binary data stay so. */
  byte[] writeMsgpack(Consumer<JsonGenerator> content);

  /** Writes any value as the server's mapper does. @throws dev.parley.PayloadException if it cannot be written */
  void write(JsonGenerator to, @Nullable Object value);
}
