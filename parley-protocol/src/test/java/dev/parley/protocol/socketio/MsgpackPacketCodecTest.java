package dev.parley.protocol.socketio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.hex;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The wire form of socket.io-msgpack-parser 3.0.2, which wrote the vectors (with notepack.io 2.2.0). */
class MsgpackPacketCodecTest {
  private static final PacketCodec CODEC = PacketCodec.msgpack();

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          connect          | 82a47479706500a36e7370a12f                                       | Connect /
          connect, auth    | 83a47479706500a46461746181a174a0a36e7370a12f                     | Connect / <81a174a0>
          answer           | 83a47479706500a46461746182a3736964a3616263a3706964d40000a36e7370a12f | Connect / <82a3736964a3616263a3706964d40000>
          disconnect       | 82a47479706501a36e7370a12f                                       | Disconnect /
          event            | 83a47479706502a46461746192a568656c6c6f01a36e7370a12f             | Event / <92a568656c6c6f01>
          event, ack       | 84a47479706502a46461746191a568656c6c6fa36e7370a12fa26964cd012c   | Event / #300 <91a568656c6c6f>
          event, binary    | 83a47479706502a46461746192a162c403010203a36e7370a12f             | Event / <92a162c403010203>
          ack              | 84a47479706503a46461746191a26f6ba36e7370a12fa2696400             | Ack / #0 <91a26f6b>
          largest ack id   | 84a47479706503a46461746190a36e7370a22f61a26964cf001fffffffffffff | Ack /a #9007199254740991 <90>
          connect error    | 83a47479706504a46461746181a76d657373616765a26e6fa36e7370a32f6d77 | ConnectError /mw <81a76d657373616765a26e6f>
          """)
  void wireAndPacketMatch(String name, String wire, String packet) {
    Packet decoded = decode(wire);

    assertThat(show(decoded)).isEqualTo(packet);
    assertThat(CODEC.encode(decoded)).containsExactly(binary(wire));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          connect of the client       | 84a47479706500a46461746181a5746f6b656ea178a76f7074696f6e7381a8636f6d7072657373c3a36e7370a62f61646d696e | Connect /admin <81a5746f6b656ea178>
          disconnect of the client    | 83a47479706501a76f7074696f6e7381a8636f6d7072657373c3a36e7370a52f63686174 | Disconnect /chat
          event of the client         | 85a47479706502a46461746192a568656c6c6f81a16192c3c0a76f7074696f6e7381a8636f6d7072657373c3a2696407a36e7370a52f63686174 | Event /chat #7 <92a568656c6c6f81a16192c3c0>
          keys in another order       | 84 a26964 05 a36e7370 a12f a464617461 91a178 a474797065 02 | Event / #5 <91a178>
          keys that are no strings    | 86 01 c0 c4 01 07 01 a474797065 02 a464617461 91a178 a36e7370 a12f c0 90 | Event / <91a178>
          a map of 16 bits            | de0003 a474797065 02 a464617461 91a178 a36e7370 a12f        | Event / <91a178>
          type in a wider form        | 83 a474797065 cc02 a464617461 91a178 a36e7370 a12f          | Event / <91a178>
          numeric name                | 83 a474797065 02 a464617461 9101 a36e7370 a12f              | Event / <9101>
          id is undefined             | 84 a474797065 02 a464617461 91a178 a36e7370 a12f a26964 d40000 | Event / <91a178>
          data is undefined           | 83 a474797065 01 a464617461 d40000 a36e7370 a12f            | Disconnect /
          connect of Python, nil      | 83 a474797065 00 a464617461 c0 a36e7370 a12f                | Connect /
          disconnect of Python, nil   | 83 a474797065 01 a464617461 c0 a36e7370 a12f                | Disconnect /
          a query (protocol 4)        | 82 a474797065 00 a36e7370 a62f613f623d63                    | Connect /a ?b=c
          error is a string           | 83 a474797065 04 a464617461 a26e6f a36e7370 a12f            | ConnectError / <a26e6f>
          """)
  void readsWhatClientsWrite(String name, String wire, String packet) {
    assertThat(show(decode(wire))).isEqualTo(packet);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          empty message              | ''                                                  | MALFORMED
          not a map                  | 90                                                  | MALFORMED
          empty map                  | 80                                                  | MALFORMED
          a byte behind the packet   | 82a47479706501a36e7370a12f 00                       | MALFORMED
          cut                        | 82a47479706501a36e7370a1                            | MALFORMED
          type 5                     | 82a47479706505a36e7370a12f                          | UNKNOWN_TYPE
          negative type              | 82a474797065ffa36e7370a12f                          | UNKNOWN_TYPE
          type is a string           | 82a474797065a130a36e7370a12f                        | UNKNOWN_TYPE
          type is a float            | 82a474797065cb0000000000000000a36e7370a12f          | UNKNOWN_TYPE
          type is beyond a long      | 82a474797065cfffffffffffffffffa36e7370a12f          | UNKNOWN_TYPE
          no type                    | 81a36e7370a12f                                      | MALFORMED
          type twice                 | 83a47479706501a47479706501a36e7370a12f              | MALFORMED
          no namespace               | 81a47479706501                                      | MALFORMED
          namespace is an integer    | 82a47479706501a36e737007                            | MALFORMED
          namespace is empty         | 82a47479706501a36e7370a0                            | MALFORMED
          namespace without a slash  | 82a47479706501a36e7370a161                          | MALFORMED
          namespace is not UTF-8     | 82a47479706501a36e7370a32fc328                      | MALFORMED
          namespace is too long      | 82a47479706501a36e7370ac2f3132333435363738393031    | TOO_LARGE
          connect with an array      | 83a47479706500a46461746190a36e7370a12f              | MALFORMED
          connect with a string      | 83a47479706500a464617461a178a36e7370a12f            | MALFORMED
          connect with an id         | 83a47479706500a36e7370a12fa2696401                  | MALFORMED
          disconnect with data       | 83a47479706501a46461746180a36e7370a12f              | MALFORMED
          event without data         | 82a47479706502a36e7370a12f                          | MALFORMED
          event with nil             | 83a47479706502a464617461c0a36e7370a12f              | MALFORMED
          event with undefined       | 83a47479706502a464617461d40000a36e7370a12f          | MALFORMED
          event with a map           | 83a47479706502a46461746180a36e7370a12f              | MALFORMED
          event without a name       | 83a47479706502a46461746190a36e7370a12f              | MALFORMED
          name is nil                | 83a47479706502a46461746191c0a36e7370a12f            | MALFORMED
          name is a map              | 83a47479706502a4646174619180a36e7370a12f            | MALFORMED
          name is an array           | 83a47479706502a4646174619190a36e7370a12f            | MALFORMED
          name is binary             | 83a47479706502a46461746191c400a36e7370a12f          | MALFORMED
          id is negative             | 84a47479706502a46461746191a178a36e7370a12fa26964ff  | MALFORMED
          id is nil                  | 84a47479706502a46461746191a178a36e7370a12fa26964c0  | MALFORMED
          id is a string             | 84a47479706502a46461746191a178a36e7370a12fa26964a130 | MALFORMED
          id is above 2^53-1         | 84a47479706502a46461746191a178a36e7370a12fa26964cf0020000000000000 | MALFORMED
          ack without data           | 82a47479706503a36e7370a12f                          | MALFORMED
          ack with a string          | 83a47479706503a464617461a178a36e7370a12f            | MALFORMED
          error without data         | 82a47479706504a36e7370a12f                          | MALFORMED
          """)
  void refusesAtOnce(String name, String wire, Reason reason) {
    assertRefused(reason, () -> decode(wire));
  }

  @Test
  void refusesText() {
    assertRefused(Reason.MALFORMED, () -> CODEC.newDecoder(0, 100, 0).decode(text("2[\"x\"]")));
  }

  @Test
  void theBodyIsAViewOfTheMessage() {
    Message wire = binary("83a47479706502a46461746191a178a36e7370a12f");

    Packet.Event event = (Packet.Event) CODEC.newDecoder(0, 100, 0).decode(wire);

    assertThat(event.body().raw().array()).isSameAs(wire.array());
    assertThat(event.body().attachments()).isEmpty();
  }

  @Test
  void boundsTheDepthOfUnknownKeysToo() {
    String deep = "91".repeat(PacketCodec.MAX_MSGPACK_DEPTH - 2) + "90";
    String deeper = "91" + deep;

    assertThat(show(decode("83a47479706501a36e7370a12fa178" + deep))).isEqualTo("Disconnect /");
    assertRefused(Reason.TOO_LARGE, () -> decode("83a47479706501a36e7370a12fa178" + deeper));
    assertRefused(Reason.TOO_LARGE, () -> decode("83a47479706502a36e7370a12fa464617461" + deeper));
  }

  @Test
  void writesTheQueryOfAnOlderClient() {
    List<Message> wire = CODEC.encode(new Packet.Connect("/a", "b=c", null));

    assertThat(hex(wire.get(0))).isEqualTo("82a47479706500a36e7370a62f613f623d63");
  }

  @Test
  void neverWritesAJsonBody() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CODEC.encode(new Packet.Event("/", Body.json("[\"x\"]"), 1)));
  }

  @Test
  void neverWritesAttachments() {
    Body body = new Body(binary("91a178"), List.of(bytes("01")));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CODEC.encode(new Packet.Event("/", body, 1)));
  }

  private static Packet decode(String wire) {
    return CODEC.newDecoder(0, 10, 0).decode(binary(wire));
  }
}
