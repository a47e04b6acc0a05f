package dev.parley.cluster.internal;

import dev.parley.Auth;
import dev.parley.Handshake;
import dev.parley.PayloadException;
import dev.parley.http.Headers;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The handshake of a socket on another node, as far as that told it; what it did not tell is empty. */
final class RemoteHandshake implements Handshake {
  private final Map<String, @Nullable Object> fields;

  RemoteHandshake(Map<String, @Nullable Object> fields) {
    this.fields = fields;
  }

  @Override
  public Headers headers() {
    List<String> lines = new ArrayList<>();
    strings("headers").forEach((name, value) -> {
      lines.add(name);
      lines.add(value);
    });
    try {
      return Headers.of(lines.toArray(String[]::new));
    } catch (IllegalArgumentException notHeaders) {
      return Headers.none();
    }
  }

  @Override
  public Map<String, String> query() {
    return strings("query");
  }

  private Map<String, String> strings(String field) {
    Map<String, String> strings = new LinkedHashMap<>();
    if (fields.get(field) instanceof Map<?, ?> map) {
      map.forEach((name, value) -> strings.put(String.valueOf(name), String.valueOf(value)));
    }
    return strings;
  }

  @Override
  public Auth auth() {
    return new RemoteAuth(fields.get("auth") instanceof Map<?, ?> map ? map : Map.of());
  }

  @Override
  public String address() {
    return text("address");
  }

  @Override
  public boolean secure() {
    return Boolean.TRUE.equals(fields.get("secure"));
  }

  @Override
  public boolean crossDomain() {
    return Boolean.TRUE.equals(fields.get("xdomain"));
  }

  @Override
  public String url() {
    return text("url");
  }

  private String text(String field) {
    return fields.get(field) instanceof String text ? text : "";
  }

  @Override
  public Instant time() {
    try {
      return fields.get("issued") instanceof Number millis
          ? Instant.ofEpochMilli(millis.longValue())
          : Instant.EPOCH;
    } catch (DateTimeException outOfRange) {
      return Instant.EPOCH;
    }
  }

  @Override
  public @Nullable String cookie(String name) {
    for (String pair : headers().all("cookie")) {
      for (String part : pair.split(";")) {
        int equals = part.indexOf('=');
        if (equals > 0 && part.substring(0, equals).trim().equals(name)) {
          return part.substring(equals + 1).trim();
        }
      }
    }
    return null;
  }

  /** Auth may be secret. */
  @Override
  public String toString() {
    return "handshake of " + address();
  }

  private record RemoteAuth(Map<?, ?> values) implements Auth {
    @Override
    public @Nullable String text(String field) {
      return values.get(field) instanceof String text ? text : null;
    }

    @Override
    public <T> T as(Class<T> type) {
      try {
        return JsonMapper.shared().convertValue(values, type);
      } catch (JacksonException e) {
        throw new PayloadException("the auth cannot be read as " + type.getName(), e);
      }
    }

    @Override
    public Map<String, @Nullable Object> toMap() {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      values.forEach((name, value) -> map.put(String.valueOf(name), value));
      return map;
    }
  }
}
