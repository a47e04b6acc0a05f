package dev.parley.test;

import dev.parley.PayloadException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as packet bodies and back, the client's way: through plain values, which are null, Boolean, Number, String, byte[],
 * List and Map. Shares nothing with the server's own code, so that one finds the other's faults.
 */
final class ClientPayloads {
  private static final String PLACEHOLDER = "_placeholder";

  private final JsonMapper mapper;
  private final boolean msgpack;

  ClientPayloads(JsonMapper mapper, boolean msgpack) {
    this.mapper = mapper;
    this.msgpack = msgpack;
  }

  /** @param value anything that the mapper can write */
  Body write(@Nullable Object value) {
    Object plain = mapper.convertValue(value, Object.class);
    if (msgpack) {
      return new Body(PlainMsgpack.write(plain), List.of());
    }
    List<byte[]> attachments = new ArrayList<>();
    Object json = replaced(plain, bytes -> {
      attachments.add((byte[]) bytes);
      Map<String, Object> placeholder = new LinkedHashMap<>();
      placeholder.put(PLACEHOLDER, true);
      placeholder.put("num", attachments.size() - 1);
      return placeholder;
    });
    return new Body(Message.text(mapper.writeValueAsBytes(json)), attachments);
  }

  @Nullable
  Object read(Body body) {
    if (!body.isJson()) {
      return PlainMsgpack.read(body.raw());
    }
    Object json = mapper.readValue(body.raw().toBytes(), Object.class);
    return restored(json, body.attachments());
  }

  List<@Nullable Object> readArray(Body body) {
    if (read(body) instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    throw new AssertionError("the server sent a packet whose payload is no array");
  }

  /** @throws PayloadException if it is not of the type */
  <T> @Nullable T bind(int index, @Nullable Object plain, Type type) {
    try {
      return mapper.convertValue(plain, mapper.constructType(type));
    } catch (JacksonException e) {
      throw PayloadException.notReadable(index, type, e);
    }
  }

  private static @Nullable Object replaced(@Nullable Object plain, UnaryOperator<Object> binary) {
    if (plain instanceof byte[]) {
      return binary.apply(plain);
    }
    return mapped(plain, part -> replaced(part, binary));
  }

  private static @Nullable Object restored(@Nullable Object json, List<byte[]> attachments) {
    if (json instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get(PLACEHOLDER))) {
      return attachments.get((Integer) map.get("num"));
    }
    return mapped(json, part -> restored(part, attachments));
  }

  /** The same value, with the function applied to the parts of a list or map. */
  private static @Nullable Object mapped(
      @Nullable Object plain, UnaryOperator<@Nullable Object> function) {
    if (plain instanceof List<?> list) {
      List<@Nullable Object> parts = new ArrayList<>();
      list.forEach(part -> parts.add(function.apply(part)));
      return parts;
    }
    if (plain instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> parts = new LinkedHashMap<>();
      map.forEach((key, part) -> parts.put((String) key, function.apply(part)));
      return parts;
    }
    return plain;
  }
}
