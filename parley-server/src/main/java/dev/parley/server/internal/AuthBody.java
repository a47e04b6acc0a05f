package dev.parley.server.internal;

import dev.parley.Auth;
import dev.parley.PayloadException;
import dev.parley.protocol.socketio.Body;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** A client's auth: the body of its CONNECT, or the query of its namespace in protocol 4. Bound when somebody asks. */
final class AuthBody implements Auth {
  private static final Type MAP = new TypeReference<Map<String, @Nullable Object>>() {}.getType();

  private final Payloads payloads;
  private final @Nullable Body body;
  private final Map<String, String> query;

  AuthBody(Payloads payloads, @Nullable Body body, Map<String, String> query) {
    this.payloads = payloads;
    this.body = body;
    this.query = query;
  }

  @Override
  public @Nullable String text(String field) {
    return toMap().get(field) instanceof String text ? text : null;
  }

  @Override
  public <T> T as(Class<T> type) {
    if (body != null) {
      return Objects.requireNonNull(read(body, type));
    }
    try {
      return JsonMapper.shared().convertValue(query, type);
    } catch (JacksonException e) {
      throw new PayloadException("the auth cannot be read as " + type.getName(), e);
    }
  }

  @Override
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = body == null ? null : read(body, MAP);
    return map != null ? map : new LinkedHashMap<>(query);
  }

  private <T> @Nullable T read(Body body, Type type) {
    try (JsonParser parser = payloads.open(body)) {
      return payloads.readerFor(type).readValue(parser);
    } catch (JacksonException e) {
      throw new PayloadException("the auth cannot be read as " + type.getTypeName(), e);
    }
  }
}
