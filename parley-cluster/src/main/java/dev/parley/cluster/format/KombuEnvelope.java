package dev.parley.cluster.format;

import static dev.parley.cluster.format.MessageReader.present;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.server.adapter.Bodies;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Kombu makes of the messages of {@link PythonFormat} when its broker is Redis: the channel's name gets the database's
 * number in front, and the message goes as base64 into an envelope. That is python-socketio's {@code KombuManager} at a URL of
 * Redis; its {@code RedisManager} does not hear it. The side channel between Parley's nodes stays as it is.
 */
public final class KombuEnvelope implements Format {
  private final PythonFormat python;
  private final String topic;

  /** @param database Redis's, which has no effect but in the channel's name */
  public KombuEnvelope(PythonFormat python, int database) {
    this.python = Objects.requireNonNull(python);
    this.topic = "/" + database + "." + python.channel();
  }

  @Override
  public String name() {
    return "kombu";
  }

  @Override
  public Membership membership() {
    return python.membership();
  }

  @Override
  public String newNodeId() {
    return python.newNodeId();
  }

  @Override
  public String newRequestId() {
    return python.newRequestId();
  }

  @Override
  public List<String> channels(Node node) {
    return python.channels(node).stream().map(this::outside).toList();
  }

  @Override
  public List<String> answerChannels(Node node) {
    return python.answerChannels(node).stream().map(this::outside).toList();
  }

  @Override
  public @Nullable String roomChannel(Node node, String room, boolean isSocketId) {
    return python.roomChannel(node, room, isSocketId);
  }

  @Override
  public String memberChannel(Node node) {
    return python.memberChannel(node);
  }

  @Override
  public int acknowledgements(ClusterMessage.Broadcast broadcast) {
    return python.acknowledgements(broadcast);
  }

  @Override
  public boolean countsClients(String requestId) {
    return python.countsClients(requestId);
  }

  private String outside(String channel) {
    return channel.equals(python.channel()) ? topic : channel;
  }

  @Override
  public @Nullable Frame encode(Node node, ClusterMessage message, Bodies bodies) {
    Frame frame = python.encode(node, message, bodies);
    return frame == null ? null : wrap(frame, bodies);
  }

  @Override
  public @Nullable List<Frame> encodeAll(Node node, ClusterMessage message, Bodies bodies) {
    List<Frame> frames = python.encodeAll(node, message, bodies);
    return frames == null
        ? null
        : frames.stream().map(frame -> wrap(frame, bodies)).toList();
  }

  private Frame wrap(Frame frame, Bodies bodies) {
    if (!frame.channel().equals(python.channel())) {
      return frame;
    }
    boolean pickle = PickleReader.isPickle(frame.message());
    byte[] envelope = MessageWriter.json(
        bodies,
        to -> to.startObject()
            .text("body", Base64.getEncoder().encodeToString(frame.message()))
            .text("content-encoding", pickle ? "binary" : "utf-8")
            .text("content-type", pickle ? "application/data" : "text/plain")
            .startObject("headers")
            .endObject()
            .startObject("properties")
            .number("delivery_mode", 2)
            .startObject("delivery_info")
            .text("exchange", python.channel())
            .text("routing_key", "")
            .endObject()
            .number("priority", 0)
            .text("body_encoding", "base64")
            .text("delivery_tag", UUID.randomUUID().toString())
            .endObject()
            .endObject());
    return new Frame(topic, envelope);
  }

  @Override
  public @Nullable Received decode(String channel, byte[] message, Bodies bodies) {
    return channel.equals(topic)
        ? python.decode(python.channel(), unwrap(message, bodies), bodies)
        : python.decode(channel, message, bodies);
  }

  private static byte[] unwrap(byte[] message, Bodies bodies) {
    Envelope envelope = new Envelope();
    try (MessageReader from = MessageReader.json(message, bodies)) {
      from.begin().object(field -> envelope.read(from, field));
      from.end();
    }
    String body = present(envelope.body, "body");
    if (envelope.compressed) {
      throw MessageReader.bad("the message is compressed");
    }
    return "base64".equals(envelope.bodyEncoding)
        ? PythonJson.base64(body)
        : body.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Envelope {
    @Nullable
    String body;

    @Nullable
    String bodyEncoding;

    boolean compressed;

    void read(MessageReader from, String field) {
      switch (field) {
        case "body" -> body = from.text();
        case "headers" -> from.object(name -> compressed |= name.equals("compression"));
        case "properties" ->
          from.object(name -> {
            if (name.equals("body_encoding")) {
              bodyEncoding = from.isNull() ? null : from.text();
            }
          });
        default -> {}
      }
    }
  }
}
