package dev.parley.server.internal;

import dev.parley.Args;
import dev.parley.PayloadException;
import dev.parley.WireFormat;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Outbound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.Base64Variant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Writes values as packet bodies and binds bodies to types. Values go through the user's mapper, but the tokens through our
 * own factory, so that our bounds hold whatever the mapper allows. Thread-safe.
 *
 * <p>JSON is bound straight from the bytes that came. Bodies with attachments and MessagePack bodies become tokens first, as
 * only tokens can hold binary values.
 */
public final class Payloads implements Bodies {
  /** Levels that a message between nodes wraps around an event. */
  private static final int ENVELOPE_DEPTH = 8;

  /** Of an event that another node sends. Each is a message of its own to every client. */
  private static final int MAX_FOREIGN_ATTACHMENTS = 1_000;

  private final JsonFactory json;
  private final JsonFactory asciiJson;
  private final JsonFactory envelopeJson;
  private final ObjectReader reader;
  private final ObjectReader untyped;
  /** One for each type that a handler names: as many as the program has. */
  private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

  private final ObjectWriter writer;
  private final boolean msgpack;
  private final int maxNestingDepth;

  /** The user's mapper may have its own idea of strings; the default one has none. */
  private final boolean readsPlainStrings;

  public Payloads(JsonMapper mapper, WireFormat format, int maxNestingDepth) {
    this.json = JsonFactory.builder()
        // Handlers run on virtual threads: a pool of each thread would be empty every time.
        .recyclerPool(JsonRecyclerPools.sharedBoundedPool())
        // Payloads are UTF-8, whatever their first bytes look like; offsets into them rely on that.
        .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(maxNestingDepth).build())
        .build();
    this.asciiJson = json.rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    this.envelopeJson = json.rebuild()
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(maxNestingDepth + ENVELOPE_DEPTH)
            .build())
        .build();
    this.reader = mapper.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.untyped = reader.forType(Object.class);
    this.writer = mapper.writer();
    this.msgpack = format == WireFormat.MSGPACK;
    this.maxNestingDepth = maxNestingDepth;
    this.readsPlainStrings = mapper == JsonMapper.shared();
  }

  /** @throws IllegalArgumentException if the name is reserved */
  public Outbound outbound(String event, @Nullable Object... args) {
    return new Outbound(event, event(EventNames.check(event), args));
  }

  @Override
  public Body event(String event, @Nullable Object... args) {
    return array(event, args);
  }

  @Override
  public Body values(@Nullable Object... values) {
    return array(null, values);
  }

  /** A body that is this value. @throws PayloadException if it cannot be written */
  Body value(Object value) {
    return write(g -> writer.writeValue(g, value));
  }

  private Body array(@Nullable String first, @Nullable Object[] rest) {
    if (rest.length == 1 && rest[0] instanceof ReceivedArgs received) {
      Body relayed = received.relay(first, this);
      if (relayed != null) {
        return relayed;
      }
    }
    if (!msgpack && rest.length == 1 && rest[0] instanceof String text) {
      Body plain = PlainStrings.array(first, text);
      if (plain != null) {
        return plain;
      }
    }
    @Nullable
    Object[] values =
        rest.length == 1 && rest[0] instanceof Args args ? args.toList().toArray() : rest;
    return write(g -> {
      g.writeStartArray();
      if (first != null) {
        g.writeString(first);
      }
      for (Object value : values) {
        writeOne(g, value);
      }
      g.writeEndArray();
    });
  }

  private void writeOne(JsonGenerator g, @Nullable Object value) {
    if (value == null) {
      g.writeNull();
    } else if (value instanceof String text) {
      g.writeString(text);
    } else {
      writer.writeValue(g, value);
    }
  }

  private Body write(Writing writing) {
    try {
      return msgpack ? msgpackBody(writing) : jsonBody(writing);
    } catch (JacksonException e) {
      throw new PayloadException("a payload cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  private Body jsonBody(Writing writing) {
    try {
      return jsonBody(json, writing);
    } catch (StreamWriteException e) {
      // Half a surrogate pair is legal in a Java or JavaScript string and has no UTF-8; escaped, it
      // travels.
      return jsonBody(asciiJson, writing);
    }
  }

  private static Body jsonBody(JsonFactory factory, Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    AttachmentGenerator generator =
        new AttachmentGenerator(factory.createGenerator(ObjectWriteContext.empty(), out));
    try (generator) {
      writing.to(generator);
    }
    return new Body(Message.text(out.toByteArray()), generator.attachments);
  }

  private static Body msgpackBody(Writing writing) {
    try (TokenBuffer tokens = TokenBuffer.forGeneration()) {
      writing.to(tokens);
      try (JsonParser parser = tokens.asParser()) {
        return new Body(MsgpackTokens.write(parser), List.of());
      }
    }
  }

  ObjectReader readerFor(Type type) {
    ObjectReader known = readers.get(type);
    return known != null
        ? known
        : readers.computeIfAbsent(type, t -> reader.forType(reader.typeFactory().constructType(t)));
  }

  ObjectReader untyped() {
    return untyped;
  }

  /**
   * The event's first argument; null if there is none.
   *
   * @throws ProtocolException if the body is malformed anywhere
   * @throws PayloadException if the argument is not of the reader's type
   */
  @SuppressWarnings("unchecked") // a String is what was asked for
  <T> @Nullable T first(Body body, ObjectReader type) {
    if (readsPlainStrings && body.isJson() && type.getValueType().hasRawClass(String.class)) {
      String plain = PlainStrings.second(body.raw());
      if (plain != null) {
        return (T) plain;
      }
    }
    T value = null;
    try (JsonParser parser = open(body)) {
      parser.nextToken();
      parser.nextToken();
      if (parser.nextToken() != JsonToken.END_ARRAY) {
        value = type.readValue(parser);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          parser.skipChildren();
        }
      }
      checkEnd(parser);
      return value;
    } catch (JacksonException e) {
      check(body);
      throw PayloadException.notReadable(0, type.getValueType(), e);
    }
  }

  /** @throws ProtocolException if anything of the body is malformed, too deep, or points to a missing attachment */
  void check(Body body) {
    try (JsonParser parser = open(body)) {
      parser.nextToken();
      parser.skipChildren();
      checkEnd(parser);
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  static void checkEnd(JsonParser parser) {
    if (parser.nextToken() != null) {
      throw new ProtocolException(
          ProtocolException.Reason.MALFORMED, "something follows the payload");
    }
  }

  static ProtocolException malformed(JacksonException e) {
    return e instanceof StreamConstraintsException
        ? new ProtocolException(
            ProtocolException.Reason.TOO_LARGE,
            "a payload is over a limit: " + e.getOriginalMessage())
        : new ProtocolException(ProtocolException.Reason.MALFORMED, "a payload is malformed");
  }

  @Override
  public Args args(Body body, int skipped) {
    return ReceivedArgs.of(this, body, skipped);
  }

  @Override
  public String eventName(Body body) {
    return EventNames.of(body, this);
  }

  @Override
  public boolean speaksJson() {
    return !msgpack;
  }

  @Override
  public JsonParser openJson(Message text) {
    return open(envelopeJson, text, 0, text.length());
  }

  @Override
  public JsonParser openMsgpack(Message data) {
    return MsgpackTokens.read(data, maxNestingDepth + ENVELOPE_DEPTH).asParser();
  }

  @Override
  public Body copy(JsonParser parser) {
    Body body = write(g -> copy(parser, g));
    if (body.attachments().size() > MAX_FOREIGN_ATTACHMENTS) {
      throw new ProtocolException(
          ProtocolException.Reason.BAD_ATTACHMENT,
          body.attachments().size() + " attachments, at most " + MAX_FOREIGN_ATTACHMENTS
              + " are allowed");
    }
    return body;
  }

  /** Like the generator's own copying, but what is binary goes where binary goes. */
  @Override
  public void copy(JsonParser from, JsonGenerator to) {
    int depth = 0;
    JsonToken token = from.currentToken();
    do {
      if (token == null) {
        throw new ProtocolException(ProtocolException.Reason.MALFORMED, "a value ends early");
      }
      if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
        to.writeBinary(from.getBinaryValue());
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT && !msgpack && from.isNaN()) {
        // MessagePack has infinities, JSON has not; JavaScript writes null for them.
        to.writeNull();
      } else {
        to.copyCurrentEvent(from);
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    } while (depth > 0 && (token = from.nextToken()) != JsonToken.NOT_AVAILABLE);
  }

  @Override
  public @Nullable Object read(JsonParser parser) {
    return untyped.readValue(parser);
  }

  @Override
  public void writeJson(OutputStream out, Consumer<JsonGenerator> content) {
    try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), out)) {
      content.accept(generator);
    }
  }

  @Override
  public byte[] writeMsgpack(Consumer<JsonGenerator> content) {
    return msgpackBody(content::accept).raw().toBytes();
  }

  @Override
  public void write(JsonGenerator to, @Nullable Object value) {
    try {
      writeOne(to, value);
    } catch (JacksonException e) {
      throw new PayloadException("a payload cannot be written: " + e.getOriginalMessage(), e);
    }
  }

  /** The body's tokens. @throws ProtocolException if it is malformed, as far as that is known before reading it */
  @Override
  public JsonParser open(Body body) {
    if (!body.isJson()) {
      return MsgpackTokens.read(body.raw(), maxNestingDepth).asParser();
    }
    return body.attachments().isEmpty()
        ? openRaw(body.raw(), 0, body.raw().length())
        : openWithAttachments(body);
  }

  /** The tokens of raw JSON between these bytes. */
  JsonParser openRaw(Message raw, int from, int to) {
    return open(json, raw, from, to);
  }

  private static JsonParser open(JsonFactory factory, Message raw, int from, int to) {
    return factory.createParser(
        ObjectReadContext.empty(), raw.array(), raw.offset() + from, to - from);
  }

  private JsonParser openWithAttachments(Body body) {
    try (JsonParser parser = openRaw(body.raw(), 0, body.raw().length())) {
      TokenBuffer tokens = TokenBuffer.forGeneration();
      new Placeholders(parser, tokens, body.attachments()).copy();
      return tokens.asParser();
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  @FunctionalInterface
  private interface Writing {
    void to(JsonGenerator generator);
  }

  /** Puts binary values aside and a placeholder in their place (Socket.IO protocol, "binary event"). */
  private static final class AttachmentGenerator extends JsonGeneratorDelegate {
    List<byte[]> attachments = List.of();

    AttachmentGenerator(JsonGenerator json) {
      super(json, false);
    }

    @Override
    public JsonGenerator writeBinary(Base64Variant variant, byte[] data, int offset, int length) {
      attach(Arrays.copyOfRange(data, offset, offset + length));
      return this;
    }

    @Override
    public int writeBinary(Base64Variant variant, InputStream data, int length) {
      try {
        byte[] bytes = data.readAllBytes();
        attach(bytes);
        return bytes.length;
      } catch (IOException e) {
        throw _wrapIOFailure(e);
      }
    }

    private void attach(byte[] data) {
      if (attachments.isEmpty()) {
        attachments = new ArrayList<>(2);
      }
      delegate.writeStartObject();
      delegate.writeName("_placeholder");
      delegate.writeBoolean(true);
      delegate.writeName("num");
      delegate.writeNumber(attachments.size());
      delegate.writeEndObject();
      attachments.add(data);
    }
  }
}
