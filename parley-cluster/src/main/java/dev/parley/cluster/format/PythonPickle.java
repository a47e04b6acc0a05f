package dev.parley.cluster.format;

import dev.parley.cluster.Format.Received;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Messages as python-socketio up to 5.13 has them: dicts in pickles, and a tuple for several arguments. */
final class PythonPickle extends PythonMessage {
  private final Map<?, ?> fields;

  private PythonPickle(Map<?, ?> fields, Bodies bodies) {
    super(bodies);
    this.fields = fields;
  }

  static @Nullable Received read(byte[] pickle, Bodies bodies) {
    if (!(PickleReader.read(pickle) instanceof Map<?, ?> fields)) {
      throw MessageReader.bad("a dict is needed");
    }
    PythonPickle message = new PythonPickle(fields, bodies);
    message.method = message.textOf("method");
    message.event = message.textOf("event");
    message.namespace = message.textOf("namespace");
    message.hostId = message.textOf("host_id");
    message.sid = message.textOf("sid");
    message.room = fields.get("room");
    message.skipped = fields.get("skip_sid");
    message.callback = fields.get("callback");
    message.id = fields.get("id");
    if (fields.get("parley") instanceof Map<?, ?> extras) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      extras.forEach((name, value) -> copy.put((String) name, value));
      message.extras = copy;
    }
    return message.received();
  }

  private @Nullable String textOf(String field) {
    Object value = fields.get(field);
    return value == null ? null : text(value);
  }

  @Override
  Body eventBody(String event) {
    Object data = fields.get("data");
    if (data == null) {
      return bodies.event(event);
    }
    return data instanceof PickleReader.Tuple arguments
        ? bodies.event(event, arguments.toArray())
        : bodies.event(event, new Object[] {data});
  }

  @Override
  Body answerBody() {
    if (!(fields.get("args") instanceof List<?> values)) {
      throw MessageReader.bad("the field args must be a tuple");
    }
    return bodies.values(values.toArray());
  }

  /** Writes a message; arguments become what Python calls them: nothing, a value, or a tuple. */
  static byte[] write(
      Map<String, @Nullable Object> fields, Map<String, Object> extras, Bodies bodies) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>(fields);
    if (!extras.isEmpty()) {
      plain.put("parley", extras);
    }
    plain.replaceAll((name, value) -> {
      if (!(value instanceof PythonArguments arguments)) {
        return value;
      }
      List<@Nullable Object> values = values(arguments, bodies);
      boolean alone = arguments.isEvent() && values.size() == 1 && values.get(0) != null;
      return alone
          ? values.get(0)
          : arguments.isEvent() && values.isEmpty() ? null : new PickleReader.Tuple(values);
    });
    return PickleWriter.write(plain);
  }

  private static List<@Nullable Object> values(PythonArguments arguments, Bodies bodies) {
    List<@Nullable Object> values = new ArrayList<>();
    try (JsonParser parser = bodies.open(arguments.body())) {
      parser.nextToken();
      if (arguments.isEvent()) {
        parser.nextToken();
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        values.add(bodies.read(parser));
      }
    }
    return values;
  }
}
