package dev.parley.protocol;

import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.EnginePacketType;
import dev.parley.protocol.engineio.Jsonp;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.MsgpackReader;
import dev.parley.protocol.socketio.MsgpackReader.Kind;
import dev.parley.protocol.socketio.MsgpackWriter;
import dev.parley.protocol.socketio.Packet;
import dev.parley.protocol.socketio.PacketCodec;
import dev.parley.protocol.socketio.PacketDecoder;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random and damaged input: a decoder may throw {@link ProtocolException} and nothing else, ends in time, and hands over
 * no more bytes than it was given. And random packets: what was encoded comes back.
 *
 * <p>{@code -Dparley.fuzz.iterations=N} makes it longer, {@code -Dparley.fuzz.seed=N} repeats a failure.
 */
class CodecFuzzTest {
  private static final int ITERATIONS = Integer.getInteger("parley.fuzz.iterations", 15_000);
  private static final long SEED = Long.getLong("parley.fuzz.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofMinutes(1).plusMillis(ITERATIONS);

  private static final int MAX_ATTACHMENTS = 4;
  private static final int MAX_NAMESPACE = 40;
  private static final int MAX_ATTACHMENT_BYTES = 200;
  private static final int MAX_PACKETS = 50;

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @EnumSource
  void damagedFrames(Revision revision) {
    EngineCodec codec = EngineCodec.of(revision);
    List<Message> frames = List.of(
        text("0{\"sid\":\"x\"}"),
        text("2probe"),
        text("4hé€😀"),
        text("bAQID"),
        text("b4AQID"),
        binary("04010203"),
        binary("010203"));

    fuzz(frames, frame -> {
      EnginePacket packet = codec.decodeFrame(frame);
      assertThat(packet.data().length()).isLessThanOrEqualTo(frame.length());
    });
  }

  @ParameterizedTest
  @EnumSource
  void damagedPayloads(Revision revision) {
    EngineCodec codec = EngineCodec.of(revision);
    List<Message> bodies = List.of(
        text("4a␞4b␞bAQID"),
        text("2probe"),
        text("6:b4AQID4:4hé€1:2"),
        text("3:4😀1:2"),
        binary("0006ff3468c3a96c6f0104ff04010203"),
        binary("00010201ff34"));

    fuzz(bodies, body -> {
      int[] handedOver = {0, 0};
      try {
        codec.decodePayload(body, MAX_PACKETS, packet -> {
          handedOver[0]++;
          handedOver[1] += packet.data().length();
        });
      } finally {
        assertThat(handedOver[0]).isLessThanOrEqualTo(MAX_PACKETS);
        assertThat(handedOver[1]).isLessThanOrEqualTo(body.length());
      }
    });
  }

  @Test
  void damagedForms() {
    fuzz(
        List.of(text("d=11%3A42%5B%22a%5C%5Cnb%22%5D&x=1"), text("x=1&d=a+b%C3%A9")),
        form -> assertThat(Jsonp.unwrapBody(form.toBytes()).length).isLessThan(form.length()));
  }

  @Test
  void damagedJsonPackets() {
    List<Message> wires = List.of(
        text("0/a?token=x,{\"t\":1}"),
        text("1/a,"),
        text("2/chat,12[\"hello\",{}]"),
        text("30[]"),
        text("4{\"message\":\"no\"}"),
        text("52-/files,9[\"put\",0,1]"),
        text("61-3[{\"_placeholder\":true,\"num\":0}]"),
        binary("0102"),
        binary(""));
    PacketDecoder[] decoder = {jsonDecoder()};

    fuzz(wires, wire -> {
      try {
        decoder[0].decode(wire);
      } catch (ProtocolException refused) {
        assertThat(decoder[0].expectsAttachments()).isFalse();
        throw refused;
      }
    });
  }

  @Test
  void damagedMsgpackPackets() {
    List<Message> wires = List.of(
        binary("83a47479706500a46461746181a174a0a36e7370a12f"),
        binary("85a47479706502a46461746192a568656c6c6f81a16192c3c0a76f7074696f6e7381a8636f6d7072"
            + "657373c3a2696407a36e7370a52f63686174"),
        binary("84a47479706503a46461746190a36e7370a22f61a26964cf001fffffffffffff"));
    PacketDecoder decoder = PacketCodec.msgpack().newDecoder(0, MAX_NAMESPACE, 0);

    fuzz(wires, wire -> assertThat(decoder.decode(wire)).isNotNull());
  }

  @Test
  void damagedMsgpackValues() {
    List<Message> values = List.of(
        binary("939101810190d7000000018bcfe5687b"),
        binary("94d40000c702000102d7ff1d5353006553f100c70cff3b8b87c0ffffffffffffffff"),
        binary("82a161dc000100a162de0001cb3ff8000000000000d9026162"),
        binary("9ccc80cd0100ce00010000cfffffffffffffffffd0dfd1ff7fd2ffff7fffc0c2c3ca3fc00000ff"));

    fuzz(values, value -> {
      MsgpackReader reader = new MsgpackReader(value, 8);
      while (reader.hasRemaining()) {
        visit(reader, reader.next());
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void randomEnginePacketsComeBack(Revision revision) {
    EngineCodec codec = EngineCodec.of(revision);

    repeat(() -> {
      List<EnginePacket> packets = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        packets.add(randomEnginePacket());
      }
      boolean base64 = random.nextBoolean();
      List<EnginePacket> received = new ArrayList<>();
      codec.decodePayload(codec.encodePayload(packets, base64), 5, received::add);

      assertThat(received).isEqualTo(packets);
      assertThat(codec.decodeFrame(codec.encodeFrame(packets.get(0), base64)))
          .isEqualTo(packets.get(0));
    });
  }

  @Test
  void randomJsonPacketsComeBack() {
    repeat(() -> {
      Packet packet = randomPacket(true);
      PacketDecoder decoder = jsonDecoder();
      Packet received = null;
      for (Message message : PacketCodec.json().encode(packet)) {
        assertThat(received).isNull();
        received = decoder.decode(message);
      }
      assertThat(received).isNotNull();
      assertThat(show(received)).isEqualTo(show(packet));
    });
  }

  @Test
  void randomMsgpackPacketsComeBack() {
    PacketDecoder decoder = PacketCodec.msgpack().newDecoder(0, MAX_NAMESPACE, 0);

    repeat(() -> {
      Packet packet = randomPacket(false);
      Packet received = decoder.decode(PacketCodec.msgpack().encode(packet).get(0));

      assertThat(received).isEqualTo(packet);
    });
  }

  /** Feeds every wire as it is, then damaged ones, then random bytes that look a little like them. */
  private void fuzz(List<Message> wires, Consumer<Message> decode) {
    int[] next = {0};
    repeat(() -> {
      int i = next[0]++;
      Message wire = wires.get(i % wires.size());
      if (i >= wires.size()) {
        byte[] bytes = random.nextInt(8) == 0 ? randomBytes() : damage(wire, wires);
        boolean text = random.nextInt(10) == 0 ? !wire.isText() : wire.isText();
        wire = text ? Message.text(bytes) : Message.binary(bytes);
      }
      try {
        decode.accept(wire);
      } catch (ProtocolException refused) {
        assertThat(refused.reason()).isNotNull();
      } catch (RuntimeException | AssertionError failure) {
        String hex = HexFormat.of().formatHex(wire.toBytes());
        throw new AssertionError((wire.isText() ? "text " : "binary ") + hex, failure);
      }
    });
  }

  private void repeat(Runnable round) {
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int i = 0; i < ITERATIONS; i++) {
            try {
              round.run();
            } catch (RuntimeException | AssertionError failure) {
              throw new AssertionError(
                  "repeat with -Dparley.fuzz.seed=" + SEED + ", round " + i, failure);
            }
          }
        },
        () -> "too slow with -Dparley.fuzz.seed=" + SEED);
  }

  private byte[] damage(Message wire, List<Message> others) {
    byte[] bytes = wire.toBytes();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length + 1);
      int to = at + random.nextInt(bytes.length - at + 1);
      bytes = switch (random.nextInt(6)) {
        case 0 -> splice(bytes, at, new byte[] {(byte) random.nextInt()}, at);
        case 1 -> splice(bytes, at, new byte[] {interesting()}, Math.min(at + 1, bytes.length));
        case 2 -> splice(bytes, at, new byte[0], to);
        case 3 -> splice(bytes, at, Arrays.copyOfRange(bytes, at, to), at);
        case 4 -> splice(bytes, at, others.get(random.nextInt(others.size())).toBytes(), to);
        default -> flip(bytes, at);
      };
    }
    return bytes;
  }

  private byte[] flip(byte[] bytes, int at) {
    if (at < bytes.length) {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, byte[] middle, int to) {
    ByteArrayOutputStream spliced = new ByteArrayOutputStream();
    spliced.write(bytes, 0, from);
    spliced.writeBytes(middle);
    spliced.write(bytes, to, bytes.length - to);
    return spliced.toByteArray();
  }

  private byte interesting() {
    byte[] bytes = bytes(
        "00 01 09 0a 1e 22 25 2c 2d 2f 30 35 36 39 3a 3f 5b 62 7b 7f 80 90 c1 c7 d4 d7 dd df ff");
    return bytes[random.nextInt(bytes.length)];
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private EnginePacket randomEnginePacket() {
    if (random.nextInt(3) == 0) {
      return EnginePacket.message(Message.binary(randomBytes()));
    }
    EnginePacketType[] types = EnginePacketType.values();
    // The separator of revision 4 cannot stand in its packets; JSON escapes it.
    String text = randomText().replace('\u001e', ' ');
    return EnginePacket.of(types[random.nextInt(types.length)], text);
  }

  private String randomText() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      int ch = random.nextInt(1 << random.nextInt(5, 21));
      text.appendCodePoint(Character.isSurrogate((char) ch) && ch < 0x10000 ? 'x' : ch);
    }
    return text.toString();
  }

  private Packet randomPacket(boolean json) {
    String namespace = random.nextBoolean() ? "/" : "/" + randomName();
    long ackId =
        random.nextBoolean() ? Packet.NO_ACK : random.nextLong(1L << random.nextInt(1, 54));
    return switch (random.nextInt(5)) {
      case 0 ->
        new Packet.Connect(
            namespace,
            random.nextBoolean() ? null : randomName(),
            random.nextBoolean() ? null : json ? Body.json("{\"a\":1}") : value(0x81));
      case 1 -> new Packet.Disconnect(namespace);
      case 2 -> new Packet.Event(namespace, json ? jsonArray() : value(0x92), ackId);
      case 3 -> new Packet.Ack(namespace, json ? jsonArray() : value(0x92), ackId);
      default -> new Packet.ConnectError(namespace, json ? Body.json("\"no\"") : value(0x92));
    };
  }

  private String randomName() {
    String name = randomText().replaceAll("[,?]", "_");
    return name.getBytes(StandardCharsets.UTF_8).length < MAX_NAMESPACE ? name : "x";
  }

  private Body jsonArray() {
    List<byte[]> attachments = new ArrayList<>();
    for (int i = random.nextInt(MAX_ATTACHMENTS + 1); i > 0; i--) {
      attachments.add(randomBytes());
    }
    return new Body(text("[\"x\"," + random.nextInt() + "]"), attachments);
  }

  /** A MessagePack container with a name and a random value in it. */
  private Body value(int head) {
    MsgpackWriter writer = new MsgpackWriter(random.nextInt(4));
    writer.writeRaw(Message.binary(new byte[] {(byte) head}));
    writer.writeString(randomText());
    randomValue(writer, 4);
    return new Body(writer.toMessage(), List.of());
  }

  private void randomValue(MsgpackWriter writer, int depth) {
    switch (random.nextInt(depth > 0 ? 12 : 10)) {
      case 0 -> writer.writeNil();
      case 1 -> writer.writeUndefined();
      case 2 -> writer.writeBoolean(random.nextBoolean());
      case 3, 4 -> writer.writeLong(random.nextLong() >> random.nextInt(64));
      case 5 -> writer.writeBigInteger(new BigInteger(64, random));
      case 6 -> writer.writeDouble(random.nextGaussian());
      case 7 -> writer.writeString(randomText());
      case 8 -> writer.writeBinary(randomBytes());
      case 9 -> writer.writeTimestamp(Instant.ofEpochMilli(random.nextLong()));
      default -> randomArray(writer, depth - 1);
    }
  }

  private void randomArray(MsgpackWriter writer, int depth) {
    int size = random.nextInt(depth == 0 ? 20 : 5);
    int start = writer.startArray();
    for (int i = 0; i < size; i++) {
      randomValue(writer, depth);
    }
    writer.endArray(start, size);
  }

  private static void visit(MsgpackReader reader, Kind kind) {
    switch (kind) {
      case BOOLEAN -> reader.booleanValue();
      case INTEGER, BIG_INTEGER -> reader.bigIntegerValue();
      case FLOAT -> reader.doubleValue();
      case STRING -> assertThat(reader.stringValue().length()).isLessThanOrEqualTo(reader.size());
      case BINARY, EXTENSION -> assertThat(reader.content().length()).isEqualTo(reader.size());
      case TIMESTAMP -> assertThat(reader.instantValue()).isNotNull();
      case ARRAY, MAP -> assertThat(reader.depth()).isBetween(1, 8);
      case END, NIL, UNDEFINED -> assertThat(reader.depth()).isBetween(0, 8);
    }
  }

  private static PacketDecoder jsonDecoder() {
    return PacketCodec.json().newDecoder(MAX_ATTACHMENTS, MAX_NAMESPACE, MAX_ATTACHMENT_BYTES);
  }
}
