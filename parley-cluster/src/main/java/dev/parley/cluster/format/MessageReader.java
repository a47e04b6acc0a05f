package dev.parley.cluster.format;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.internal.Utf8;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the messages of other nodes from tokens, of JSON or MessagePack, and complains of what it did not expect. A payload
 * in JSON is taken as the bytes that came, checked and not copied. One thread at a time.
 */
public final class MessageReader implements AutoCloseable {
  private final Bodies bodies;
  private final JsonParser parser;
  /** The text that is read; null for MessagePack. */
  private final @Nullable Message json;

  private MessageReader(Bodies bodies, JsonParser parser, @Nullable Message json) {
    this.bodies = bodies;
    this.parser = parser;
    this.json = json;
  }

  /** @throws ProtocolException if it is no UTF-8: payloads go on to clients as they are, and browsers hang up on others */
  public static MessageReader json(byte[] text, Bodies bodies) {
    if (!Utf8.isValid(text, 0, text.length)) {
      throw bad("a message of text is not in UTF-8");
    }
    return json(Message.text(text), bodies);
  }

  /** @param text known to be UTF-8 */
  static MessageReader json(Message text, Bodies bodies) {
    return new MessageReader(bodies, bodies.openJson(text), text);
  }

  public static MessageReader msgpack(byte[] data, Bodies bodies) {
    return new MessageReader(bodies, bodies.openMsgpack(Message.binary(data)), null);
  }

  /** JSON if it begins like an object of JSON, else MessagePack: no map of MessagePack of any use begins so. */
  public static MessageReader either(byte[] message, Bodies bodies) {
    return message.length > 0 && message[0] == '{'
        ? json(message, bodies)
        : msgpack(message, bodies);
  }

  /** Reads one field of an object; its value is the current token. */
  @FunctionalInterface
  public interface Field {
    void read(String name);
  }

  /** Goes to the first token. */
  public MessageReader begin() {
    parser.nextToken();
    return this;
  }

  /** @throws ProtocolException if anything follows */
  public void end() {
    if (parser.nextToken() != null) {
      throw bad("something follows the message");
    }
  }

  public Bodies bodies() {
    return bodies;
  }

  public JsonToken token() {
    return parser.currentToken();
  }

  public JsonToken next() {
    return parser.nextToken();
  }

  /** Reads the object at the current token. A value that the reader leaves alone is skipped. */
  public void object(Field field) {
    require(JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      field.read(name);
      parser.skipChildren();
    }
  }

  public void skip() {
    parser.skipChildren();
  }

  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  /** A string; a number counts as its text. */
  public String text() {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
      throw bad("found " + token + ", text is needed");
    }
    return parser.getString();
  }

  public int integer() {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw bad("found " + parser.currentToken() + ", an integer is needed");
    }
    return parser.getIntValue();
  }

  /** True for everything that JavaScript holds to be true of what is to be expected here. */
  public boolean bool() {
    JsonToken token = parser.currentToken();
    return token == JsonToken.VALUE_TRUE || token.isNumeric() && parser.getIntValue() != 0;
  }

  /** An array of texts; numbers count as their text, null is no text at all. */
  public Set<String> texts() {
    if (isNull()) {
      return Set.of();
    }
    require(JsonToken.START_ARRAY);
    Set<String> texts = new LinkedHashSet<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(text());
    }
    return texts;
  }

  /** An array as a payload; if it is JSON and the server speaks that, it is not copied. */
  public Body body() {
    require(JsonToken.START_ARRAY);
    Message text = json;
    if (text == null || !bodies.speaksJson()) {
      return bodies.copy(parser);
    }
    int from = offset();
    parser.skipChildren();
    int to = offset() + 1;
    return new Body(Message.text(text.array(), text.offset() + from, to - from), List.of());
  }

  /** Where the current token begins in the text. */
  int offset() {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  /** Any value of JSON as the text that came, checked and not copied. */
  Message raw() {
    Message text = present(json, "text");
    int from = offset();
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    int to = (int) parser.currentLocation().getByteOffset();
    return Message.text(text.array(), text.offset() + from, to - from);
  }

  /** One value as a payload that is an array of it. */
  public Body bodyOfOne() {
    return bodies.values(bodies.read(parser));
  }

  /** Any value as a plain one. */
  public @Nullable Object plain() {
    return bodies.read(parser);
  }

  /** An object as a plain one; anything else is empty. */
  public Map<String, @Nullable Object> plainObject() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    if (plain() instanceof Map<?, ?> map) {
      map.forEach((name, value) -> object.put(String.valueOf(name), value));
    }
    return object;
  }

  /** Reads each value of the array at the current token. */
  public <T> List<T> list(Supplier<T> element) {
    require(JsonToken.START_ARRAY);
    List<T> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(element.get());
    }
    return list;
  }

  public void require(JsonToken expected) {
    if (parser.currentToken() != expected) {
      throw bad("found " + parser.currentToken() + ", " + expected + " is needed");
    }
  }

  public static <T> T present(@Nullable T value, String field) {
    if (value == null) {
      throw bad("the field " + field + " is missing");
    }
    return value;
  }

  public static ProtocolException bad(String message) {
    return new ProtocolException(ProtocolException.Reason.MALFORMED, message);
  }

  @Override
  public void close() {
    parser.close();
  }
}
