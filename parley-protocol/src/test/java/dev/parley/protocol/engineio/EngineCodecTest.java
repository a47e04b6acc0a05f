package dev.parley.protocol.engineio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.message;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.ProtocolException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket frames: Engine.IO protocol 3 and 4, "Packet encoding". */
class EngineCodecTest {
  private static final EngineCodec V3 = EngineCodec.of(Revision.V3);
  private static final EngineCodec V4 = EngineCodec.of(Revision.V4);

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          open            | 0{"sid":"x"} | OPEN {"sid":"x"}
          close           | 1            | CLOSE
          ping            | 2            | PING
          upgrade probe   | 2probe       | PING probe
          pong            | 3            | PONG
          probe answered  | 3probe       | PONG probe
          empty message   | 4            | MESSAGE
          message         | 4hé€😀       | MESSAGE hé€😀
          upgrade         | 5            | UPGRADE
          noop            | 6            | NOOP
          """)
  void textFramesAreTheSameInBothRevisions(String name, String frame, String packet) {
    for (EngineCodec codec : new EngineCodec[] {V3, V4}) {
      EnginePacket decoded = codec.decodeFrame(text(frame));

      assertThat(show(decoded)).isEqualTo(packet);
      assertThat(show(codec.encodeFrame(decoded, false))).isEqualTo(frame);
    }
  }

  @ParameterizedTest(name = "revision {0}, base64 {1}: {2}")
  @CsvSource({
    "V4, false, <010203>",
    "V4, true,  bAQID",
    "V3, false, <04010203>",
    "V3, true,  b4AQID",
  })
  void binaryMessagesHaveFourWireForms(Revision revision, boolean base64, String frame) {
    EngineCodec codec = EngineCodec.of(revision);
    EnginePacket packet = EnginePacket.message(binary("010203"));

    assertThat(show(codec.encodeFrame(packet, base64))).isEqualTo(frame);
    assertThat(codec.decodeFrame(message(frame))).isEqualTo(packet);
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyBinaryMessageSurvives(Revision revision) {
    EngineCodec codec = EngineCodec.of(revision);
    EnginePacket empty = EnginePacket.message(binary(""));

    assertThat(codec.decodeFrame(codec.encodeFrame(empty, false))).isEqualTo(empty);
    assertThat(codec.decodeFrame(codec.encodeFrame(empty, true))).isEqualTo(empty);
  }

  @ParameterizedTest(name = "{0} is {1} bytes")
  @CsvSource({"bAQ==, 1", "bAQ, 1", "bAQI=, 2", "bAQI, 2", "bAQID, 3"})
  void paddingOfBase64MayBeLeftOut(String frame, int length) {
    assertThat(V4.decodeFrame(text(frame)).data().length()).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bAQID\n", "bAQ\r\nID\r\n", "b\nA\nQ\nI\nD", "bAQI=\n"})
  void base64MayHaveLineBreaks(String frame) {
    assertThat(V4.decodeFrame(text(frame)).data().toBytes()).startsWith(1, 2);
  }

  @ParameterizedTest(name = "revision {0}, {1}")
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
          V4 | empty text                 | ''     | MALFORMED
          V4 | letter                     | abc    | UNKNOWN_TYPE
          V4 | digit above the last type  | 7      | UNKNOWN_TYPE
          V4 | character below the digits | /      | UNKNOWN_TYPE
          V4 | non-ASCII                  | é      | UNKNOWN_TYPE
          V4 | not base64                 | b!!!!  | MALFORMED
          V4 | half a base64 group        | bA     | MALFORMED
          V4 | padding too early          | bA=Q=  | MALFORMED
          V3 | empty text                 | ''     | MALFORMED
          V3 | digit above the last type  | 7      | UNKNOWN_TYPE
          V3 | base64 without a type      | b      | UNKNOWN_TYPE
          V3 | base64 ping                | b2AQID | UNKNOWN_TYPE
          V3 | not base64                 | b4!    | MALFORMED
          V3 | empty binary               | <>     | MALFORMED
          V3 | binary ping                | <0201> | UNKNOWN_TYPE
          V3 | binary with a text digit   | <3401> | UNKNOWN_TYPE
          """)
  void refusesWhatIsNoPacket(Revision revision, String name, String frame, Reason reason) {
    assertRefused(reason, () -> EngineCodec.of(revision).decodeFrame(message(frame)));
  }

  @Test
  void decodingTextCopiesNothing() {
    Message frame = text("4hello");

    assertThat(V4.decodeFrame(frame).data().array()).isSameAs(frame.array());
  }

  @Test
  void aFrameIsFreeIfItsTypeStandsBeforeTheText() {
    byte[] buffer = bytes("34 68 69");
    EnginePacket packet = EnginePacket.message(Message.text(buffer, 1, 2));

    Message frame = V4.encodeFrame(packet, false);

    assertThat(show(frame)).isEqualTo("4hi");
    assertThat(frame.array()).isSameAs(buffer);
  }

  @Test
  void aFrameIsCopiedIfSomethingElseStandsBeforeTheText() {
    byte[] buffer = bytes("35 68 69");
    EnginePacket packet = EnginePacket.message(Message.text(buffer, 1, 2));

    assertThat(show(V4.encodeFrame(packet, false))).isEqualTo("4hi");
    assertThat(buffer).isEqualTo(bytes("35 68 69"));
  }

  @Test
  void heartbeatsAllocateNothing() {
    assertThat(V4.encodeFrame(EnginePacket.PING, false))
        .isSameAs(V4.encodeFrame(EnginePacket.PING, false));
    assertThat(V4.decodeFrame(text("3"))).isSameAs(V4.decodeFrame(text("3")));
  }
}
