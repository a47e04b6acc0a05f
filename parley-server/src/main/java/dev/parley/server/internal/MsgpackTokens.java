package dev.parley.server.internal;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.MsgpackReader;
import dev.parley.protocol.socketio.MsgpackWriter;
import java.math.BigInteger;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.util.TokenBuffer;

/** MessagePack values as Jackson's tokens and back, so that the user's mapper binds and writes them like JSON. */
final class MsgpackTokens {
  /** With milliseconds always, as JavaScript writes dates in JSON. */
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private MsgpackTokens() {}

  /** @throws ProtocolException if the bytes are malformed or nest too deep */
  static TokenBuffer read(Message raw, int maxDepth) {
    MsgpackReader from = new MsgpackReader(raw, maxDepth);
    TokenBuffer to = TokenBuffer.forGeneration();
    Deque<MsgpackReader.Kind> open = new ArrayDeque<>();
    do {
      copyOne(from, to, open);
    } while (!open.isEmpty());
    if (from.hasRemaining()) {
      throw new ProtocolException(
          ProtocolException.Reason.MALFORMED, "something follows the payload");
    }
    return to;
  }

  private static void copyOne(MsgpackReader from, TokenBuffer to, Deque<MsgpackReader.Kind> open) {
    MsgpackReader.Kind kind = from.next();
    if (from.isKey()) {
      to.writeName(key(from, kind));
      return;
    }
    switch (kind) {
      case NIL, UNDEFINED -> to.writeNull();
      case BOOLEAN -> to.writeBoolean(from.booleanValue());
      case INTEGER -> writeInteger(to, from.longValue());
      case BIG_INTEGER -> to.writeNumber(from.bigIntegerValue());
      case FLOAT -> to.writeNumber(from.doubleValue());
      case STRING -> to.writeString(from.stringValue());
      case BINARY, EXTENSION -> to.writeEmbeddedObject(from.content().toBytes());
      case TIMESTAMP -> to.writeString(DATE.format(from.instantValue()));
      case ARRAY -> {
        to.writeStartArray();
        open.push(kind);
      }
      case MAP -> {
        to.writeStartObject();
        open.push(kind);
      }
      case END -> {
        if (open.pop() == MsgpackReader.Kind.ARRAY) {
          to.writeEndArray();
        } else {
          to.writeEndObject();
        }
      }
    }
  }

  private static void writeInteger(TokenBuffer to, long value) {
    if (value == (int) value) {
      to.writeNumber((int) value);
    } else {
      to.writeNumber(value);
    }
  }

  /** A key as JSON would have it; JavaScript has no keys but text. */
  private static String key(MsgpackReader from, MsgpackReader.Kind kind) {
    return switch (kind) {
      case STRING -> from.stringValue();
      case INTEGER, BIG_INTEGER -> from.bigIntegerValue().toString();
      case BOOLEAN -> String.valueOf(from.booleanValue());
      default ->
        throw new ProtocolException(
            ProtocolException.Reason.MALFORMED,
            "a map key of type " + kind + ", text or a number is allowed");
    };
  }

  /** Writes the parser's one value. */
  static Message write(JsonParser from) {
    MsgpackWriter to = new MsgpackWriter();
    Deque<Integer> starts = new ArrayDeque<>();
    Deque<Integer> sizes = new ArrayDeque<>();
    int size = 0;
    for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
      switch (token) {
        case START_ARRAY, START_OBJECT -> {
          sizes.push(size + 1);
          starts.push(token == JsonToken.START_ARRAY ? to.startArray() : to.startMap());
          size = 0;
        }
        case END_ARRAY -> {
          to.endArray(starts.pop(), size);
          size = sizes.pop();
        }
        case END_OBJECT -> {
          to.endMap(starts.pop(), size);
          size = sizes.pop();
        }
        case PROPERTY_NAME -> to.writeString(from.currentName());
        default -> {
          writeScalar(to, from, token);
          size++;
        }
      }
    }
    return to.toMessage();
  }

  private static void writeScalar(MsgpackWriter to, JsonParser from, JsonToken token) {
    switch (token) {
      case VALUE_NULL -> to.writeNil();
      case VALUE_TRUE -> to.writeBoolean(true);
      case VALUE_FALSE -> to.writeBoolean(false);
      case VALUE_STRING -> to.writeString(from.getString());
      case VALUE_NUMBER_INT -> writeNumber(to, from);
      case VALUE_NUMBER_FLOAT -> to.writeDouble(from.getDoubleValue());
      case VALUE_EMBEDDED_OBJECT -> to.writeBinary(from.getBinaryValue());
      default -> throw new IllegalStateException("token " + token + " cannot be written");
    }
  }

  private static void writeNumber(MsgpackWriter to, JsonParser from) {
    Number number = from.getNumberValue();
    if (number instanceof BigInteger big) {
      if (big.signum() >= 0 && big.bitLength() <= 64) {
        to.writeBigInteger(big);
      } else {
        to.writeDouble(big.doubleValue());
      }
    } else {
      to.writeLong(number.longValue());
    }
  }
}
