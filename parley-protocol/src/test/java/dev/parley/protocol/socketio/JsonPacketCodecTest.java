package dev.parley.protocol.socketio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.messages;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.showAll;
import static dev.parley.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Socket.IO protocol 5 (and 4), "Packet encoding". In the tables, ~ separates messages and angle brackets hold hex. */
class JsonPacketCodecTest {
  private static final PacketCodec CODEC = PacketCodec.json();

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          connect                    | 0                        | Connect /
          connect with auth          | 0{"token":"x"}           | Connect / {"token":"x"}
          connect to a namespace     | 0/admin,                 | Connect /admin
          both                       | 0/admin,{"token":"x"}    | Connect /admin {"token":"x"}
          connect with a query (4)   | 0/a?token=abc&x=1,       | Connect /a ?token=abc&x=1
          query on / (4)             | 0/?token=abc,            | Connect / ?token=abc
          empty query (4)            | 0/a?,                    | Connect /a ?
          disconnect                 | 1                        | Disconnect /
          disconnect a namespace     | 1/admin,                 | Disconnect /admin
          event                      | 2["hello",1]             | Event / ["hello",1]
          event in a namespace       | 2/a/b,["hello"]          | Event /a/b ["hello"]
          event asking for an ack    | 20["hello"]              | Event / #0 ["hello"]
          both                       | 2/admin,456["p",{}]      | Event /admin #456 ["p",{}]
          largest ack id             | 29007199254740991["x"]   | Event / #9007199254740991 ["x"]
          numeric name               | 2[1,"x"]                 | Event / [1,"x"]
          negative name              | 2[-1]                    | Event / [-1]
          space before the name      | 2[ "x"]                  | Event / [ "x"]
          empty name                 | 2[""]                    | Event / [""]
          a comma in the data        | 2["a,b"]                 | Event / ["a,b"]
          a slash in the data        | 2["/a,b"]                | Event / ["/a,b"]
          non-ASCII namespace        | 2/é😀,["é"]              | Event /é😀 ["é"]
          ack                        | 30[]                     | Ack / #0 []
          ack with values            | 3/admin,12[1,null]       | Ack /admin #12 [1,null]
          ack for nobody             | 3[]                      | Ack / []
          connect error              | 4{"message":"no"}        | ConnectError / {"message":"no"}
          error of a namespace       | 4/zz,{"message":"no"}    | ConnectError /zz {"message":"no"}
          error of protocol 4        | 4/a,"plain"              | ConnectError /a "plain"
          binary event               | 51-["b",{"_placeholder":true,"num":0}] ~ <0102>         | Event / ["b",{"_placeholder":true,"num":0}] + 0102
          two, in order              | 52-/files,9["put",{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1}}] ~ <01> ~ <0203> | Event /files #9 ["put",{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1}}] + 01 + 0203
          binary ack                 | 61-3[{"_placeholder":true,"num":0}] ~ <01>              | Ack / #3 [{"_placeholder":true,"num":0}] + 01
          empty attachment           | 51-["b",{"_placeholder":true,"num":0}] ~ <>             | Event / ["b",{"_placeholder":true,"num":0}] +
          """)
  void wireAndPacketMatch(String name, String wire, String packet) {
    Packet decoded = decode(wire);

    assertThat(show(decoded).strip()).isEqualTo(packet);
    assertThat(showAll(CODEC.encode(decoded))).isEqualTo(wire);
  }

  /** What the reference accepts too and a peer may have learned to send, but we never write. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          namespace without a comma       | 1/dyn-12              | Disconnect /dyn-12
          the default namespace, spelled  | 0/                    | Connect /
          the same with a comma           | 2/,["x"]              | Event / ["x"]
          query on an event (4)           | 2/a?token=abc,["x"]   | Event /a ["x"]
          ack id with zeros in front      | 2007["x"]             | Event / #7 ["x"]
          ack without an array            | 35                    | Ack / #5 []
          neither array nor id            | 3                     | Ack / []
          count with a zero in front      | 501-["x"] ~ <01>      | Event / ["x"] + 01
          """)
  void readsLooserForms(String name, String wire, String packet) {
    assertThat(show(decode(wire))).isEqualTo(packet);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          empty message                    | ``                     | UNKNOWN_TYPE
          unknown type                     | 7                      | UNKNOWN_TYPE
          letter                           | abc                    | UNKNOWN_TYPE
          event without data               | 2                      | MALFORMED
          event with an id, without data   | 20                     | MALFORMED
          event that is an object          | 2{}                    | MALFORMED
          event that is a string           | 2"x"                   | MALFORMED
          event without a name             | 2[]                    | MALFORMED
          the same with spaces             | 2[  ]                  | MALFORMED
          name is null                     | 2[null]                | MALFORMED
          name is true                     | 2[true]                | MALFORMED
          name is an object                | 2[{}]                  | MALFORMED
          name is an array                 | 2[[]]                  | MALFORMED
          name never comes                 | 2[                     | MALFORMED
          space for an ack id              | 2 5["x"]               | MALFORMED
          space before the array           | 2 ["x"]                | MALFORMED
          signed ack id                    | 2-5["x"]               | MALFORMED
          fraction of an ack id            | 21.5["x"]              | MALFORMED
          ack id above 2^53-1              | 29007199254740992["x"] | MALFORMED
          ack id of 22 digits              | 21234567890123456789012["x"] | MALFORMED
          ack that is an object            | 30{}                   | MALFORMED
          ack that is a string             | 30"x"                  | MALFORMED
          connect with null                | 0null                  | MALFORMED
          connect with an array            | 0[]                    | MALFORMED
          connect with a string            | 0"x"                   | MALFORMED
          connect with an id               | 05{}                   | MALFORMED
          connect with a space             | 0 {}                   | MALFORMED
          a comma without a namespace      | 0,                     | MALFORMED
          text behind the comma            | 0/a,b                  | MALFORMED
          disconnect with data             | 1{}                    | MALFORMED
          disconnect with an id            | 15                     | MALFORMED
          connect error without data       | 4                      | MALFORMED
          namespace swallows the event     | 2/a["x"]               | MALFORMED
          no count                         | 5["x"]                 | MALFORMED
          only a dash                      | 5-["x"]                | MALFORMED
          count without a dash             | 51["x"]                | MALFORMED
          count and the end                | 51                     | MALFORMED
          count is a fraction              | 51.5-["x"]             | MALFORMED
          count is negative                | 5-1-["x"]              | MALFORMED
          count has an exponent            | 51e1-["x"]             | MALFORMED
          count has a space                | 5 1-["x"]              | MALFORMED
          count is none                    | 50-["x"]               | BAD_ATTACHMENT
          count of an ack is none          | 60-1[]                 | BAD_ATTACHMENT
          count above the limit            | 511-["x"]              | BAD_ATTACHMENT
          binary event without data        | 51-                    | MALFORMED
          binary event without a name      | 51-[]                  | MALFORMED
          binary ack without data          | 61-1                   | MALFORMED
          """)
  void refusesAtOnce(String name, String wire, Reason reason) {
    assertRefused(reason, () -> decoder().decode(text(wire)));
  }

  @Test
  void holdsAnEventUntilItsLastAttachment() {
    PacketDecoder decoder = decoder();

    assertThat(decoder.decode(text("52-[\"b\"]"))).isNull();
    assertThat(decoder.expectsAttachments()).isTrue();
    assertThat(decoder.decode(binary("01"))).isNull();
    assertThat(decoder.expectsAttachments()).isTrue();
    assertThat(decoder.decode(binary("02"))).isNotNull();
    assertThat(decoder.expectsAttachments()).isFalse();
  }

  @Test
  void refusesTextWhileAttachmentsAreMissing() {
    PacketDecoder decoder = decoder();
    decoder.decode(text("51-[\"b\"]"));

    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder.decode(text("2[\"x\"]")));
    assertThat(decoder.expectsAttachments()).isFalse();
  }

  @Test
  void refusesAnAttachmentThatNobodyAnnounced() {
    PacketDecoder decoder = decoder();
    decoder.decode(text("2[\"x\"]"));

    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder.decode(binary("01")));
  }

  @Test
  void refusesOneAttachmentTooMany() {
    PacketDecoder decoder = decoder();
    decoder.decode(text("51-[\"b\"]"));
    decoder.decode(binary("01"));

    assertRefused(Reason.BAD_ATTACHMENT, () -> decoder.decode(binary("02")));
  }

  @Test
  void boundsTheBytesOfAllAttachmentsTogether() {
    PacketDecoder decoder = CODEC.newDecoder(10, 100, 4);
    decoder.decode(text("52-[\"b\"]"));
    decoder.decode(binary("01 02"));

    assertRefused(Reason.TOO_LARGE, () -> decoder.decode(binary("03 04 05")));
    assertThat(decoder.expectsAttachments()).isFalse();
  }

  @Test
  void attachmentsMayFillTheBound() {
    PacketDecoder decoder = CODEC.newDecoder(10, 100, 4);

    for (int round = 0; round < 3; round++) {
      decoder.decode(text("52-[\"b\"]"));
      decoder.decode(binary("01 02"));
      assertThat(decoder.decode(binary("03 04"))).isNotNull();
    }
  }

  @Test
  void boundsTheNamespaceButNotItsQuery() {
    PacketDecoder decoder = CODEC.newDecoder(10, 5, 4);

    assertThat(decoder.decode(text("0/1234?a=" + "x".repeat(100)))).isNotNull();
    assertRefused(Reason.TOO_LARGE, () -> decoder.decode(text("0/12345,")));
  }

  @Test
  void theBodyIsAViewOfTheMessage() {
    Message wire = text("2/a,5[\"x\"]");

    Packet.Event event = (Packet.Event) decoder().decode(wire);

    assertThat(event.body().raw().array()).isSameAs(wire.array());
    assertThat(event.body().raw()).isEqualTo(text("[\"x\"]"));
  }

  @Test
  void aTextIsWrittenOnceOnItsWayToTheFrame() {
    Message text = CODEC.encode(new Packet.Event("/", Body.json("[\"x\"]"), 3)).get(0);

    Message frame = EngineCodec.of(Revision.V4).encodeFrame(EnginePacket.message(text), false);

    assertThat(show(frame)).isEqualTo("423[\"x\"]");
    assertThat(frame.array()).isSameAs(text.array()).hasSize(frame.length());
  }

  @Test
  void anAttachmentIsCutOutOfALargerArray() {
    PacketDecoder decoder = decoder();
    decoder.decode(text("51-[\"b\"]"));

    Packet.Event event = (Packet.Event) decoder.decode(Message.binary(bytes("04 01 02"), 1, 2));

    assertThat(event.body().attachments()).containsExactly(bytes("01 02"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-2, 1L << 53})
  void neverWritesAnAckIdThatNobodyCanRead(long ackId) {
    Packet event = new Packet.Event("/", Body.json("[\"x\"]"), ackId);

    assertThatIllegalArgumentException().isThrownBy(() -> CODEC.encode(event));
  }

  @Test
  void neverWritesAttachmentsWhereNoneCanTravel() {
    Body body = new Body(text("{}"), List.of(bytes("01")));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CODEC.encode(new Packet.Connect("/", null, body)));
  }

  @Test
  void neverWritesAMessagePackBody() {
    Body body = new Body(binary("91a178"), List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CODEC.encode(new Packet.Event("/", body, Packet.NO_ACK)));
  }

  private static PacketDecoder decoder() {
    return CODEC.newDecoder(10, 100, 1_000);
  }

  private static Packet decode(String wire) {
    PacketDecoder decoder = decoder();
    Packet packet = null;
    for (Message message : messages(wire)) {
      assertThat(packet).isNull();
      packet = decoder.decode(message);
    }
    assertThat(packet).isNotNull();
    return packet;
  }
}
