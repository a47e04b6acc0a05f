package dev.parley.cluster.format;

import static dev.parley.cluster.format.MessageReader.present;

import dev.parley.cluster.Format.Received;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Messages as python-socketio has them since 5.14: JSON, with binary data as base64 behind what refers to them. Arguments in JSON
 * go from the clients' wire to this one and back as bytes.
 */
final class PythonJson extends PythonMessage {
  private static final int MAX_ATTACHMENTS = 1_000;

  /** So many characters always fit. */
  private static final int MAX_LONG_DIGITS = 18;

  private final PythonDialect dialect;
  private @Nullable Message data;
  private @Nullable Message answer;
  private boolean binary;

  private PythonJson(PythonDialect dialect, Bodies bodies) {
    super(bodies);
    this.dialect = dialect;
  }

  static @Nullable Received read(byte[] json, PythonDialect dialect, Bodies bodies) {
    PythonJson message = new PythonJson(dialect, bodies);
    try (MessageReader from = MessageReader.json(LenientNumbers.strict(json), bodies)) {
      from.begin().object(field -> message.read(from, field));
      from.end();
    }
    return message.received();
  }

  private void read(MessageReader from, String field) {
    switch (field) {
      case "method" -> method = from.text();
      case "event" -> event = from.text();
      case "data" -> data = from.raw();
      case "binary" -> binary = from.bool();
      case "namespace" -> namespace = from.text();
      case "room" -> room = value(from);
      case "skip_sid" -> skipped = value(from);
      case "callback" -> callback = value(from);
      case "host_id" -> hostId = from.isNull() ? null : from.text();
      case "sid" -> sid = from.text();
      case "id" -> id = value(from);
      case "args" -> answer = from.raw();
      case "parley" -> extras = from.plainObject();
      default -> {}
    }
  }

  /** Text, a number, null or a list of such; not by the server's mapper, which may have its own idea of text. */
  private static @Nullable Object value(MessageReader from) {
    return switch (from.token()) {
      case VALUE_NULL -> null;
      case VALUE_STRING -> from.text();
      case VALUE_NUMBER_INT -> integer(from.text());
      case VALUE_NUMBER_FLOAT -> Double.valueOf(from.text());
      case START_ARRAY -> from.list(() -> value(from));
      default -> throw MessageReader.bad("found " + from.token() + ", text is needed");
    };
  }

  private static Number integer(String digits) {
    return digits.length() <= MAX_LONG_DIGITS
        ? (Number) Long.valueOf(digits)
        : new BigInteger(digits);
  }

  @Override
  Body eventBody(String event) {
    Message value = present(data, "data");
    List<byte[]> attachments = new ArrayList<>();
    if (binary) {
      value = takeApart(value, attachments);
    }
    Boolean wrapped = wrapped();
    boolean isNull = startsWith(value, 'n');
    boolean none = isNull && wrapped == null;
    if (wrapped == null) {
      wrapped = dialect != PythonDialect.V5_14 && startsWith(value, '[');
    }
    if (wrapped && !startsWith(value, '[')) {
      throw MessageReader.bad("the arguments are no list");
    }
    Message inner = none ? Message.text("") : wrapped ? inside(value) : value;
    if (wrapped && wrapped() == null && inner.asString().strip().equals("null")) {
      inner = Message.text(""); // Python says so for no argument.
    }
    return finish(join(name(event), inner), attachments);
  }

  @Override
  Body answerBody() {
    Message value = present(answer, "args");
    if (!startsWith(value, '[')) {
      throw MessageReader.bad("the field args must be a list");
    }
    return finish(value, List.of());
  }

  /** Splits {@code [skeleton, "base64", ..]}. */
  private Message takeApart(Message json, List<byte[]> attachments) {
    Message[] skeleton = new Message[1];
    try (MessageReader from = MessageReader.json(json, bodies)) {
      from.begin().require(JsonToken.START_ARRAY);
      if (from.next() == JsonToken.END_ARRAY) {
        throw MessageReader.bad("binary data without what refers to them");
      }
      skeleton[0] = from.raw();
      while (from.next() != JsonToken.END_ARRAY) {
        from.require(JsonToken.VALUE_STRING);
        if (attachments.size() == MAX_ATTACHMENTS) {
          throw MessageReader.bad("more than " + MAX_ATTACHMENTS + " attachments");
        }
        attachments.add(base64(from.text()));
      }
    }
    return skeleton[0];
  }

  static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw MessageReader.bad("base64 is malformed");
    }
  }

  /** As the server's clients speak; placeholders are checked. */
  private Body finish(Message json, List<byte[]> attachments) {
    Body body = new Body(json, attachments);
    if (bodies.speaksJson() && attachments.isEmpty()) {
      return body;
    }
    try (JsonParser parser = bodies.open(body)) {
      parser.nextToken();
      return bodies.copy(parser);
    }
  }

  private byte[] name(String event) {
    ByteArrayOutputStream name = new ByteArrayOutputStream(event.length() + 2);
    bodies.writeJson(name, to -> to.writeString(event));
    return name.toByteArray();
  }

  /** Makes an array of a first value and others. */
  private static Message join(byte[] first, Message others) {
    boolean none = others.asString().isBlank();
    byte[] joined = new byte[first.length + others.length() + (none ? 2 : 3)];
    joined[0] = '[';
    System.arraycopy(first, 0, joined, 1, first.length);
    int at = first.length + 1;
    if (!none) {
      joined[at++] = ',';
    }
    joined[others.copyTo(joined, at)] = ']';
    return Message.text(joined);
  }

  private static boolean startsWith(Message value, char first) {
    return value.length() > 0 && value.at(0) == first;
  }

  /** What stands between the brackets. */
  private static Message inside(Message array) {
    return Message.text(array.array(), array.offset() + 1, array.length() - 2);
  }

  /** @param extras what only Parley's nodes understand */
  static byte[] write(
      Map<String, @Nullable Object> fields,
      Map<String, Object> extras,
      PythonDialect dialect,
      Bodies bodies) {
    Map<String, Object> marked = new LinkedHashMap<>(extras);
    return MessageWriter.json(bodies, to -> {
      to.startObject();
      fields.forEach((name, value) -> {
        if (!(value instanceof PythonArguments it)) {
          write(to, name, value);
        } else if (it.isEvent()) {
          Arguments arguments = Arguments.of(it.body(), bodies);
          arguments.write(to, name, dialect);
          if (arguments.isAmbiguous(dialect)) {
            marked.put("wrapped", arguments.isWrapped(dialect));
          }
        } else {
          to.body(name, it.body());
        }
      });
      if (!marked.isEmpty()) {
        write(to, "parley", marked);
      }
      to.endObject();
    });
  }

  private static void write(MessageWriter to, String name, @Nullable Object value) {
    if (value == null || value instanceof String) {
      to.text(name, (String) value);
    } else if (value instanceof Boolean it) {
      to.bool(name, it);
    } else if (value instanceof Number it) {
      to.number(name, it.longValue());
    } else if (value instanceof List<?> it) {
      to.startArray(name);
      it.forEach(text -> to.text((String) text));
      to.endArray();
    } else if (value instanceof Map<?, ?> it) {
      to.startObject(name);
      it.forEach((field, member) -> write(to, (String) field, member));
      to.endObject();
    }
  }

  /**
   * An event's arguments as JSON.
   *
   * @param inner what stands between the brackets of their list
   */
  private record Arguments(Message inner, int count, JsonToken first, List<byte[]> attachments) {
    static Arguments of(Body event, Bodies bodies) {
      Body json = event.isJson() ? event : toJson(event, bodies);
      Message raw = json.raw();
      try (MessageReader from = MessageReader.json(raw, bodies)) {
        from.begin().require(JsonToken.START_ARRAY);
        from.next();
        JsonToken first = from.next();
        int start = from.offset();
        int count = 0;
        for (JsonToken token = first; token != JsonToken.END_ARRAY; token = from.next()) {
          from.skip();
          count++;
        }
        Message inner = Message.text(raw.array(), raw.offset() + start, from.offset() - start);
        return new Arguments(inner, count, first, json.attachments());
      }
    }

    private static Body toJson(Body event, Bodies bodies) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(256);
      List<byte[]> attachments = new ArrayList<>();
      try (JsonParser parser = bodies.open(event)) {
        bodies.writeJson(out, to -> {
          while (parser.nextToken() != null) {
            if (parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT) {
              to.writeStartObject();
              to.writeName("_placeholder");
              to.writeBoolean(true);
              to.writeName("num");
              to.writeNumber(attachments.size());
              to.writeEndObject();
              attachments.add(parser.getBinaryValue());
            } else {
              to.copyCurrentEvent(parser);
            }
          }
        });
      }
      return new Body(Message.text(out.toByteArray()), attachments);
    }

    void write(MessageWriter to, String field, PythonDialect dialect) {
      boolean binary = !attachments.isEmpty();
      if (binary) {
        to.startArray(field);
      } else {
        to.name(field);
      }
      boolean wrapped = isWrapped(dialect);
      if (wrapped) {
        to.startArray();
      }
      if (count > 0) {
        to.body(new Body(inner, List.of()));
      } else if (!wrapped) {
        to.nothing();
      }
      if (wrapped) {
        to.endArray();
      }
      if (binary) {
        attachments.forEach(data -> to.text(Base64.getEncoder().encodeToString(data)));
        to.endArray();
      }
      to.bool("binary", binary);
    }

    private boolean isWrapped(PythonDialect dialect) {
      return switch (dialect) {
        case V5_15 -> true;
        case V5_14 -> count > 1;
        case ANY, V5_13 -> count > 1 || first == JsonToken.START_ARRAY;
      };
    }

    /** Whether Python's readers take it for something else, so that Parley's must be told. */
    boolean isAmbiguous(PythonDialect dialect) {
      boolean loneNull = count == 1 && first == JsonToken.VALUE_NULL;
      return loneNull
          || dialect == PythonDialect.V5_14 && (count > 1 || first == JsonToken.START_ARRAY);
    }
  }
}
