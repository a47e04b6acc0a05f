package dev.parley.protocol.engineio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.message;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Polling bodies of revision 3: Engine.IO protocol 3, "Payload". The vectors come from the reference server. */
class EnginePayloadV3Test {
  private static final EngineCodec CODEC = EngineCodec.of(Revision.V3);

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          lengths count UTF-16 units     | 3:4😀1:26:3probe  | MESSAGE 😀, PING, PONG probe
          accents count one              | 4:4hé€            | MESSAGE hé€
          a base64 binary message        | 6:b4AQID4:4hé€    | MESSAGE <010203>, MESSAGE hé€
          a colon in the text            | 4:4a:b2:4c        | MESSAGE a:b, MESSAGE c
          the separator of revision 4    | 4:4a␞b            | MESSAGE a␞b
          """)
  void textPayloadsAndPacketsMatch(String name, String body, String packets) {
    List<EnginePacket> decoded = decode(text(body));

    assertThat(showAll(decoded)).isEqualTo(packets);
    assertThat(show(CODEC.encodePayload(decoded, true))).isEqualTo(body);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          text and binary      | 0006ff3468c3a96c6f 0104ff04010203 | MESSAGE hélo, MESSAGE <010203>
          lengths count bytes  | 0005ff34f09f9880 0101ff04         | MESSAGE 😀, MESSAGE <>
          """)
  void binaryPayloadsAndPacketsMatch(String name, String hex, String packets) {
    List<EnginePacket> decoded = decode(Wire.binary(hex));

    assertThat(showAll(decoded)).isEqualTo(packets);
    assertThat(CODEC.encodePayload(decoded, false)).isEqualTo(Wire.binary(hex));
  }

  @Test
  void lengthsOfThreeDigitsAreThreeBytes() {
    List<EnginePacket> packets = List.of(
        EnginePacket.message(text("a".repeat(120))), EnginePacket.message(Wire.binary("09")));

    Message payload = CODEC.encodePayload(packets, false);

    assertThat(Wire.hex(payload)).startsWith("00010201ff34");
    assertThat(decode(payload)).isEqualTo(packets);
  }

  @Test
  void aPayloadWithoutBinaryDataIsText() {
    assertThat(show(CODEC.encodePayload(List.of(EnginePacket.NOOP), false))).isEqualTo("1:6");
  }

  @Test
  void base64MayHideInABinaryPayload() {
    assertThat(showAll(decode(Wire.binary("0006ff 6234 41514944")))).isEqualTo("MESSAGE <010203>");
  }

  @Test
  void aLengthOfZeroSaysNoPackets() {
    assertThat(decode(text("0:"))).isEmpty();
    assertThat(showAll(decode(text("0:1:2")))).isEqualTo("PING");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4",
        "4a",
        ":4a",
        "4:",
        "3:4a",
        "1:4a",
        "-1:4a",
        "2:4a3",
        "2:4a3:",
        "2.0:4a",
        "1e0:4",
        "0x1:4",
        " 2:4a",
        "2 :4a",
        "+2:4a",
        "NaN:4a",
        "99999999999:4a",
        "4294967298:4a",
        "2:4😀"
      })
  void refusesBrokenFraming(String body) {
    assertRefused(Reason.MALFORMED, () -> decode(text(body)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          empty                          | <>                         | MALFORMED
          unknown kind                   | <0201ff34>                 | MALFORMED
          no digits                      | <00ff34>                   | MALFORMED
          a digit above nine             | <000aff34>                 | MALFORMED
          digits in ASCII                | <0031ff34>                 | MALFORMED
          cut in the length              | <0001>                     | MALFORMED
          length beyond the end          | <0005ff3461>               | MALFORMED
          longest length there is        | <00020104070408030604 07ff> | MALFORMED
          length above any array         | <0009090909090909090909ff> | MALFORMED
          length zero                    | <0000ff>                   | MALFORMED
          kind without anything          | <00>                       | MALFORMED
          text that is not UTF-8         | <0003ff34c328>             | MALFORMED
          binary ping                    | <0101ff02>                 | UNKNOWN_TYPE
          unknown type                   | <0001ff39>                 | UNKNOWN_TYPE
          """)
  void refusesBrokenBinaryPayloads(String name, String body, Reason reason) {
    assertRefused(reason, () -> decode(message(body)));
  }

  @Test
  void packetsBeforeABadOneAreHandedOver() {
    List<EnginePacket> received = new ArrayList<>();

    assertRefused(
        Reason.UNKNOWN_TYPE, () -> CODEC.decodePayload(text("2:4a1:92:4b"), 10, received::add));

    assertThat(showAll(received)).isEqualTo("MESSAGE a");
  }

  @Test
  void refusesMorePacketsThanAllowed() {
    List<EnginePacket> received = new ArrayList<>();

    assertRefused(Reason.TOO_LARGE, () -> CODEC.decodePayload(text("1:21:21:2"), 2, received::add));

    assertThat(received).hasSize(2);
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    assertRefused(Reason.MALFORMED, () -> decode(Message.text(bytes("32 3a 34 ff"))));
  }

  @Test
  void losesNoneOfManyPackets() {
    List<EnginePacket> packets = IntStream.range(0, 120)
        .mapToObj(i -> EnginePacket.message(i % 7 == 0 ? Wire.binary("00ff") : text("é" + i)))
        .toList();

    assertThat(decode(CODEC.encodePayload(packets, false))).isEqualTo(packets);
    assertThat(decode(CODEC.encodePayload(packets, true))).isEqualTo(packets);
  }

  private static List<EnginePacket> decode(Message body) {
    List<EnginePacket> packets = new ArrayList<>();
    CODEC.decodePayload(body, 1_000, packets::add);
    return packets;
  }

  private static String showAll(List<EnginePacket> packets) {
    return packets.stream().map(Wire::show).collect(Collectors.joining(", "));
  }
}
