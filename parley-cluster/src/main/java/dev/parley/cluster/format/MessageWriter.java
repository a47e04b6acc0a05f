package dev.parley.cluster.format;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Writes messages to other nodes, as JSON or MessagePack. A payload that is JSON already goes into JSON as it is. One thread
 * at a time.
 */
public final class MessageWriter {
  private final Bodies bodies;
  private final JsonGenerator generator;
  /** What the generator writes to; null for MessagePack. */
  private final @Nullable ByteArrayOutputStream out;

  private MessageWriter(
      Bodies bodies, JsonGenerator generator, @Nullable ByteArrayOutputStream out) {
    this.bodies = bodies;
    this.generator = generator;
    this.out = out;
  }

  /** Binary data in payloads become base64. */
  public static byte[] json(Bodies bodies, Consumer<MessageWriter> content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    bodies.writeJson(out, generator -> content.accept(new MessageWriter(bodies, generator, out)));
    return out.toByteArray();
  }

  public static byte[] msgpack(Bodies bodies, Consumer<MessageWriter> content) {
    return bodies.writeMsgpack(
        generator -> content.accept(new MessageWriter(bodies, generator, null)));
  }

  public MessageWriter startObject() {
    generator.writeStartObject();
    return this;
  }

  public MessageWriter startObject(String field) {
    generator.writeName(field);
    return startObject();
  }

  public MessageWriter endObject() {
    generator.writeEndObject();
    return this;
  }

  public MessageWriter startArray() {
    generator.writeStartArray();
    return this;
  }

  public MessageWriter startArray(String field) {
    generator.writeName(field);
    return startArray();
  }

  public MessageWriter endArray() {
    generator.writeEndArray();
    return this;
  }

  public MessageWriter text(String value) {
    generator.writeString(value);
    return this;
  }

  public MessageWriter text(String field, @Nullable String value) {
    generator.writeName(field);
    if (value == null) {
      generator.writeNull();
    } else {
      generator.writeString(value);
    }
    return this;
  }

  public MessageWriter number(String field, long value) {
    generator.writeName(field);
    if (value == (int) value) {
      generator.writeNumber((int) value);
    } else {
      generator.writeNumber(value);
    }
    return this;
  }

  public MessageWriter bool(String field, boolean value) {
    generator.writeName(field);
    generator.writeBoolean(value);
    return this;
  }

  public MessageWriter texts(String field, Collection<String> values) {
    startArray(field);
    values.forEach(generator::writeString);
    return endArray();
  }

  /** Any plain value. */
  public MessageWriter plain(String field, @Nullable Object value) {
    generator.writeName(field);
    bodies.write(generator, value);
    return this;
  }

  /** The name of the value that is written next. */
  MessageWriter name(String field) {
    generator.writeName(field);
    return this;
  }

  MessageWriter nothing() {
    generator.writeNull();
    return this;
  }

  public MessageWriter body(String field, Body body) {
    generator.writeName(field);
    return body(body);
  }

  /** A payload, as a value. */
  public MessageWriter body(Body body) {
    ByteArrayOutputStream text = out;
    if (text != null && body.isJson() && body.attachments().isEmpty()) {
      // An empty value makes the generator write what belongs in front of a value.
      generator.writeRawValue("");
      generator.flush();
      Message raw = body.raw();
      text.write(raw.array(), raw.offset(), raw.length());
      return this;
    }
    try (JsonParser parser = bodies.open(body)) {
      parser.nextToken();
      bodies.copy(parser, generator);
    }
    return this;
  }

  /** The first value of an array; null if it has none. */
  public MessageWriter firstOf(String field, Body array) {
    generator.writeName(field);
    try (JsonParser parser = bodies.open(array)) {
      parser.nextToken();
      if (parser.nextToken() == JsonToken.END_ARRAY) {
        generator.writeNull();
      } else {
        bodies.copy(parser, generator);
      }
    }
    return this;
  }

  /** True if an array has exactly one value. */
  public boolean isOne(Body array) {
    return bodies.args(array, 0).size() == 1;
  }

  /** True if there are binary data in a payload. */
  public static boolean isBinary(Body body, Bodies bodies) {
    if (body.isJson()) {
      return !body.attachments().isEmpty();
    }
    try (JsonParser parser = bodies.open(body)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
          return true;
        }
      }
      return false;
    }
  }
}
