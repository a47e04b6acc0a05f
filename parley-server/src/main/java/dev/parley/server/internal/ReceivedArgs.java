package dev.parley.server.internal;

import dev.parley.Args;
import dev.parley.PayloadException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectReader;

/**
 * The arguments of a packet that came in. Made by one pass that checks the whole body and remembers where each argument
 * starts; an argument is read when somebody asks for it.
 */
final class ReceivedArgs implements Args {
  private final Payloads payloads;
  private final Body body;
  private final int skipped;
  /**
   * Offset of each argument in the raw JSON, and of the bracket behind the last; of other bodies, only their number counts.
   */
  private final int[] starts;

  private ReceivedArgs(Payloads payloads, Body body, int skipped, int[] starts) {
    this.payloads = payloads;
    this.body = body;
    this.skipped = skipped;
    this.starts = starts;
  }

  /**
   * @param skipped values in front that are not arguments: 1 for an event's name
   * @throws dev.parley.protocol.ProtocolException if the body is malformed anywhere
   */
  static ReceivedArgs of(Payloads payloads, Body body, int skipped) {
    try (JsonParser parser = payloads.open(body)) {
      parser.nextToken();
      int[] starts = new int[4];
      int count = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (count + 1 == starts.length) {
          starts = Arrays.copyOf(starts, starts.length * 2);
        }
        starts[count++] = offset(parser);
        parser.skipChildren();
      }
      starts[count++] = offset(parser);
      Payloads.checkEnd(parser);
      return new ReceivedArgs(
          payloads, body, skipped, Arrays.copyOfRange(starts, Math.min(skipped, count - 1), count));
    } catch (JacksonException e) {
      throw Payloads.malformed(e);
    }
  }

  private static int offset(JsonParser parser) {
    return (int) parser.currentTokenLocation().getByteOffset();
  }

  @Override
  public int size() {
    return starts.length - 1;
  }

  @Override
  public <T> @Nullable T get(int index, Class<T> type) {
    return get(index, (Type) type);
  }

  @Override
  public <T> @Nullable T get(int index, TypeReference<T> type) {
    return get(index, type.getType());
  }

  <T> @Nullable T get(int index, Type type) {
    return read(index, payloads.readerFor(type));
  }

  private <T> @Nullable T read(int index, ObjectReader reader) {
    if (index < 0) {
      throw new IndexOutOfBoundsException("argument " + index);
    }
    if (index >= size()) {
      return null;
    }
    try (JsonParser parser = at(index)) {
      return reader.readValue(parser);
    } catch (JacksonException e) {
      throw PayloadException.notReadable(index, reader.getValueType(), e);
    }
  }

  private JsonParser at(int index) {
    if (isRawJson()) {
      JsonParser parser = payloads.openRaw(body.raw(), starts[index], end(index));
      parser.nextToken();
      return parser;
    }
    JsonParser parser = payloads.open(body);
    parser.nextToken();
    parser.nextToken();
    for (int i = 0; i < index + skipped; i++) {
      parser.skipChildren();
      parser.nextToken();
    }
    return parser;
  }

  /** Where the argument ends: at the comma before the next one, or at the closing bracket. */
  private int end(int index) {
    int end = starts[index + 1];
    if (index + 1 < size()) {
      do {
        end--;
      } while (body.raw().at(end) != ',');
    }
    return end;
  }

  /** In one pass: a body that is not raw JSON is opened from its beginning each time. */
  @Override
  public List<@Nullable Object> toList() {
    ObjectReader untyped = payloads.untyped();
    List<@Nullable Object> values = new ArrayList<>(size());
    try (JsonParser parser = payloads.open(body)) {
      parser.nextToken();
      for (int i = 0; i < skipped; i++) {
        parser.nextToken();
        parser.skipChildren();
      }
      while (values.size() < size()) {
        parser.nextToken();
        values.add(untyped.readValue(parser));
      }
    } catch (JacksonException e) {
      throw PayloadException.notReadable(values.size(), untyped.getValueType(), e);
    }
    return Collections.unmodifiableList(values);
  }

  /** The same arguments as a body with another first value, copied as bytes; null where that is not possible. */
  @Nullable
  Body relay(@Nullable String first, Payloads target) {
    if (target != payloads || !isRawJson()) {
      return null;
    }
    byte[] head = first == null
        ? new byte[] {'['}
        : target
            .values(first)
            .raw()
            .asString()
            .replaceFirst("]$", size() == 0 ? "" : ",")
            .getBytes(StandardCharsets.UTF_8);
    int from = starts[0];
    int length = body.raw().length() - from;
    byte[] joined = Arrays.copyOf(head, head.length + length);
    System.arraycopy(body.raw().array(), body.raw().offset() + from, joined, head.length, length);
    return new Body(Message.text(joined), List.of());
  }

  private boolean isRawJson() {
    return body.isJson() && body.attachments().isEmpty();
  }
}
