package dev.parley.protocol;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.hex;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.showAll;
import static dev.parley.protocol.Wire.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.EnginePacketType;
import dev.parley.protocol.engineio.Jsonp;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import dev.parley.protocol.socketio.PacketCodec;
import dev.parley.protocol.socketio.PacketDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holes of the reference implementation and faults of other servers that a codec can have, one test each. */
class AdvisoriesTest {
  private static final EngineCodec V3 = EngineCodec.of(Revision.V3);
  private static final EngineCodec V4 = EngineCodec.of(Revision.V4);
  private static final Duration SOON = Duration.ofSeconds(5);

  /** engine.io copied the rest of a payload for each packet in it. */
  @Test
  void cve2020_36048_payloadsTakeLinearTime() {
    int packets = 2_000_000;
    byte[] v3 = "1:2".repeat(packets).getBytes(US_ASCII);
    byte[] v3Binary = "\0\1?2".repeat(packets).getBytes(US_ASCII);
    for (int i = 2; i < v3Binary.length; i += 4) {
      v3Binary[i] = (byte) 0xff;
    }
    byte[] v4 = ("2\u001e".repeat(packets - 1) + "2").getBytes(US_ASCII);

    assertTimeoutPreemptively(SOON, () -> {
      assertThat(count(V3, Message.text(v3))).isEqualTo(packets);
      assertThat(count(V3, Message.binary(v3Binary))).isEqualTo(packets);
      assertThat(count(V4, Message.text(v4))).isEqualTo(packets);
    });
  }

  /** engine.io 4 left such a request without an answer; for the codec it is an error like any other. */
  @Test
  void cve2026_59725_revision4RefusesABinaryPayload() {
    assertRefused(Reason.MALFORMED, () -> count(V4, binary("0002ff3461")));
  }

  /** socket.io-parser built the digits of a header character by character into a string. */
  @ParameterizedTest
  @ValueSource(strings = {"2", "3", "5", "6", "2/a,", "51-", "61-/a,"})
  void cve2020_36049_aRunOfDigitsIsCutShort(String header) {
    Message digits = text(header + "9".repeat(10_000_000));

    assertTimeoutPreemptively(
        SOON, () -> assertRefused(Reason.MALFORMED, () -> decoder().decode(digits)));
  }

  /** The same in the lengths of a payload. */
  @Test
  void cve2020_36049_aRunOfDigitsInALengthIsCutShort() {
    Message digits = text("9".repeat(10_000_000));
    byte[] nines = new byte[10_000_000];
    Arrays.fill(nines, 1, nines.length, (byte) 9);

    assertTimeoutPreemptively(SOON, () -> {
      assertRefused(Reason.MALFORMED, () -> count(V3, digits));
      assertRefused(Reason.MALFORMED, () -> count(V3, Message.binary(nines)));
    });
  }

  /** Placeholders stay data here: nothing is looked up by what a peer calls {@code num}. */
  @Test
  void cve2022_2421_aPlaceholderIsNeverAnIndexIntoTheCodec() {
    PacketDecoder decoder = decoder();
    String json = "[\"x\",{\"_placeholder\":true,\"num\":\"splice\"}]";
    decoder.decode(text("51-" + json));

    Packet.Event event = (Packet.Event) decoder.decode(binary("01"));

    assertThat(event.body().raw().asString()).isEqualTo(json);
    assertThat(event.body().attachments()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2[{\"toString\":\"x\"}]",
        "2[[\"x\"]]",
        "2[{}]",
        "51-[{\"_placeholder\":true,\"num\":0}]"
      })
  void cve2023_32695_anEventNameIsNeverAnObject(String wire) {
    assertRefused(Reason.MALFORMED, () -> decoder().decode(text(wire)));
  }

  /** The checks of names are missing in socket.io-msgpack-parser 3.0.2. */
  @ParameterizedTest
  @ValueSource(strings = {"80", "90", "c0", "c3", "c400", "d40000", "cb7ff8000000000000"})
  void cve2023_32695_anEventNameIsNeverAnObjectInMessagePack(String name) {
    Message wire = binary("83a47479706502a46461746191" + name + "a36e7370a12f");

    assertRefused(
        Reason.MALFORMED, () -> PacketCodec.msgpack().newDecoder(10, 100, 100).decode(wire));
  }

  @Test
  void cve2026_33151_attachmentsAreLimitedBeforeTheFirstComes() {
    assertThat(decoder().decode(text("510-[\"x\"]"))).isNull();
    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder().decode(text("511-[\"x\"]")));
    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder().decode(text("5999999999-[\"x\"]")));
  }

  /** A packet that announced none never became complete, and the decoder buffered from then on. */
  @ParameterizedTest
  @ValueSource(strings = {"50-[\"x\"]", "500-[\"x\"]", "60-1[]"})
  void cve2026_69185_zeroAttachmentsDoNotArmTheDecoder(String wire) {
    PacketDecoder decoder = decoder();

    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder.decode(text(wire)));

    assertThat(decoder.expectsAttachments()).isFalse();
    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder.decode(binary("01")));
  }

  /** The reference delivers 200,000 nested arrays and overflows its stack when it sends them on. */
  @Test
  void deepNestingInMessagePackIsRefusedWithoutRecursion() {
    Message wire = binary("83a47479706502a36e7370a12fa464617461" + "91".repeat(200_000) + "90");

    assertRefused(
        Reason.TOO_LARGE, () -> PacketCodec.msgpack().newDecoder(10, 100, 100).decode(wire));
  }

  /** Sizes of gigabytes in a few bytes must not be believed. */
  @ParameterizedTest
  @ValueSource(strings = {"ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff", "c9ffffffff00"})
  void aHugeLengthInMessagePackIsNeverAllocated(String head) {
    Message wire = binary("83a47479706502a36e7370a12fa464617461" + head);

    assertRefused(
        Reason.MALFORMED, () -> PacketCodec.msgpack().newDecoder(10, 100, 100).decode(wire));
  }

  /** The index of a JSONP request becomes code in the answer. */
  @Test
  void aJsonpIndexCannotCarryCode() {
    Message script = Jsonp.wrap(Jsonp.digits("1](alert(document.domain));//"), text("1:6"));

    assertThat(script.asString()).isEqualTo("___eio[1](\"1:6\");");
  }

  /** The reference takes both, and mangles the id. */
  @ParameterizedTest
  @ValueSource(strings = {"2 5[\"x\"]", "2  [\"x\"]", "21234567890123456789012[\"x\"]"})
  void looseAckIdsAreRefused(String wire) {
    assertRefused(Reason.MALFORMED, () -> decoder().decode(text(wire)));
  }

  /** The reference runs catch-all listeners without a name. */
  @ParameterizedTest
  @ValueSource(strings = {"2", "20", "2/a,", "2/a,7"})
  void eventsWithoutANameAreRefused(String wire) {
    assertRefused(Reason.MALFORMED, () -> decoder().decode(text(wire)));
  }

  /** netty-socketio looks for the first bracket in the packet, and takes the text before it for an ack id. */
  @Test
  void anAuthPayloadMayHoldArrays() {
    assertThat(show(decoder().decode(text("0{\"roles\":[\"a\"]}"))))
        .isEqualTo("Connect / {\"roles\":[\"a\"]}");
    assertThat(show(decoder().decode(text("0/a,{\"path\":\"/b,7[\"}"))))
        .isEqualTo("Connect /a {\"path\":\"/b,7[\"}");
  }

  /** netty-socketio sends a type byte that belongs to revision 3. */
  @Test
  void revision4FramesHaveNoTypeByte() {
    EnginePacket packet = EnginePacket.message(binary("010203"));

    assertThat(hex(V4.encodeFrame(packet, false))).isEqualTo("010203");
  }

  /** netty-socketio sends raw bytes into a text payload, and reads base64 of revision 4 as that of revision 3. */
  @Test
  void revision4PollingCarriesBinaryAsBase64BothWays() {
    List<EnginePacket> received = new ArrayList<>();

    V4.decodePayload(text("bAQID"), 10, received::add);

    assertThat(received).containsExactly(EnginePacket.message(binary("010203")));
    assertThat(show(V4.encodePayload(received, false))).isEqualTo("bAQID");
  }

  /** netty-socketio changes the packet while it encodes it for the first of many. */
  @Test
  void aBinaryBroadcastEncodesTheSameForEverybody() {
    Body body =
        new Body(text("[\"b\",{\"_placeholder\":true,\"num\":0}]"), List.of(new byte[] {1, 2, 3}));
    Packet packet = new Packet.Event("/", body, Packet.NO_ACK);

    String first = showAll(PacketCodec.json().encode(packet));

    assertThat(first).isEqualTo("51-[\"b\",{\"_placeholder\":true,\"num\":0}] ~ <010203>");
    assertThat(showAll(PacketCodec.json().encode(packet))).isEqualTo(first);
  }

  /** netty-socketio takes packet 51 from its queue before it looks at the limit, and drops it. */
  @ParameterizedTest
  @EnumSource
  void everyQueuedPacketIsInThePayload(Revision revision) {
    EngineCodec codec = EngineCodec.of(revision);
    List<EnginePacket> packets = IntStream.range(0, 120)
        .mapToObj(i -> EnginePacket.of(EnginePacketType.MESSAGE, "2[\"n\"," + i + "]"))
        .toList();
    List<EnginePacket> received = new ArrayList<>();

    codec.decodePayload(codec.encodePayload(packets, false), 120, received::add);

    assertThat(received).isEqualTo(packets);
  }

  /** netty-socketio drops nulls, and base64-encodes attachments into the text. A body is not touched here. */
  @Test
  void aBodyTravelsAsItIs() {
    String json = "[\"x\", {\"a\":null}, 1.0, \"\\u00e9\"]";

    Packet.Event event = (Packet.Event) decoder().decode(text("2" + json));

    assertThat(event.body().raw().asString()).isEqualTo(json);
    assertThat(showAll(PacketCodec.json().encode(event))).isEqualTo("2" + json);
  }

  /** python-engineio reads at most 16 packets of a payload and loses the others; here the caller says how many. */
  @Test
  void aPayloadOverItsLimitIsAnErrorNotALoss() {
    assertRefused(Reason.TOO_LARGE, () -> V4.decodePayload(text("2␞2␞2"), 2, packet -> {}));
  }

  private static int count(EngineCodec codec, Message body) {
    int[] count = {0};
    codec.decodePayload(body, Integer.MAX_VALUE, packet -> count[0]++);
    return count[0];
  }

  private static PacketDecoder decoder() {
    return PacketCodec.json().newDecoder(10, 100, 1_000);
  }
}
