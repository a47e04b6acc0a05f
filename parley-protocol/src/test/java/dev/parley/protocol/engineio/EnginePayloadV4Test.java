package dev.parley.protocol.engineio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.message;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Polling bodies of revision 4: Engine.IO protocol 4, "HTTP long-polling", packets joined by 0x1e (shown as ␞). */
class EnginePayloadV4Test {
  private static final EngineCodec CODEC = EngineCodec.of(Revision.V4);

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          one packet            | 4a             | MESSAGE a
          two packets           | 4a␞4b          | MESSAGE a, MESSAGE b
          with a binary one     | 4a␞bAQID       | MESSAGE a, MESSAGE <010203>
          empty binary message  | b␞4            | MESSAGE <>, MESSAGE
          server closes         | 6␞1            | NOOP, CLOSE
          any text              | 4hé€😀␞2probe  | MESSAGE hé€😀, PING probe
          """)
  void payloadsAndPacketsMatch(String name, String body, String packets) {
    List<EnginePacket> decoded = decode(text(body), 10);

    assertThat(showAll(decoded)).isEqualTo(packets);
    assertThat(show(CODEC.encodePayload(decoded, false))).isEqualTo(body);
    assertThat(show(CODEC.encodePayload(decoded, true))).isEqualTo(body);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          empty body                      | ''          | ''        | MALFORMED
          a separator behind the last     | 4a␞         | MESSAGE a | MALFORMED
          a separator before the first    | ␞4a         | ''        | MALFORMED
          only a separator                | ␞           | ''        | MALFORMED
          two separators in a row         | 4a␞␞4b      | MESSAGE a | MALFORMED
          unknown type                    | 4a␞9␞4b     | MESSAGE a | UNKNOWN_TYPE
          revision 3 framing              | 2:4a        | PING :4a  | -
          broken base64                   | 4a␞b*       | MESSAGE a | MALFORMED
          binary body                     | <0002ff3461> | ''       | MALFORMED
          """)
  void packetsBeforeABadOneAreHandedOver(String name, String body, String packets, String reason) {
    List<EnginePacket> received = new ArrayList<>();

    if (reason.equals("-")) {
      CODEC.decodePayload(message(body), 10, received::add);
    } else {
      assertRefused(
          Reason.valueOf(reason), () -> CODEC.decodePayload(message(body), 10, received::add));
    }

    assertThat(showAll(received)).isEqualTo(packets);
  }

  @Test
  void refusesTextThatIsNotUtf8BeforeTheFirstPacket() {
    List<EnginePacket> received = new ArrayList<>();
    Message body = Message.text(bytes("34 61 1e 34 ff"));

    assertRefused(Reason.MALFORMED, () -> CODEC.decodePayload(body, 10, received::add));

    assertThat(received).isEmpty();
  }

  @Test
  void refusesMorePacketsThanAllowed() {
    List<EnginePacket> received = new ArrayList<>();

    assertRefused(Reason.TOO_LARGE, () -> CODEC.decodePayload(text("4a␞4b␞4c"), 2, received::add));

    assertThat(showAll(received)).isEqualTo("MESSAGE a, MESSAGE b");
  }

  @Test
  void readsOnlyTheRangeOfTheMessage() {
    Message body = Message.text(bytes("1e 34 61 1e 34 62 1e"), 1, 5);

    assertThat(showAll(decode(body, 10))).isEqualTo("MESSAGE a, MESSAGE b");
  }

  @Test
  void losesNoneOfManyPackets() {
    List<EnginePacket> packets = IntStream.range(0, 120)
        .mapToObj(i -> EnginePacket.of(EnginePacketType.MESSAGE, "" + i))
        .toList();

    assertThat(decode(CODEC.encodePayload(packets, false), 120)).isEqualTo(packets);
  }

  @Test
  void aPayloadIsOneArrayOfItsSize() {
    Message payload = CODEC.encodePayload(
        List.of(EnginePacket.message(text("é")), EnginePacket.message(binary("01"))), true);

    assertThat(payload.array()).hasSize(payload.length());
  }

  @Test
  void aPayloadNeedsAPacket() {
    assertThatIllegalArgumentException().isThrownBy(() -> CODEC.encodePayload(List.of(), false));
  }

  private static List<EnginePacket> decode(Message body, int maxPackets) {
    List<EnginePacket> packets = new ArrayList<>();
    CODEC.decodePayload(body, maxPackets, packets::add);
    return packets;
  }

  private static String showAll(List<EnginePacket> packets) {
    return packets.stream().map(Wire::show).collect(Collectors.joining(", "));
  }
}
