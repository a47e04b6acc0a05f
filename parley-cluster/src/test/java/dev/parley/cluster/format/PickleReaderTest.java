package dev.parley.cluster.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.WireFormat;
import dev.parley.protocol.ProtocolException;
import dev.parley.server.internal.Payloads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Pickles are programs: which are obeyed, and what becomes of the others. */
class PickleReaderTest {
  private static final String HEAD = "80 04 ";

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static @Nullable Object read(String hex) {
    return PickleReader.read(bytes(HEAD + hex + " 2e"));
  }

  private static String repeat(String hex, int times) {
    return hex.repeat(times);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
      none                | 4e                                  | null
      true                | 88                                  | true
      false               | 89                                  | false
      one byte            | 4b ff                               | 255
      two bytes           | 4d ff ff                            | 65535
      four bytes          | 4a fe ff ff ff                      | -2
      a long              | 8a 06 00 00 00 00 00 01             | 1099511627776
      a long of nothing   | 8a 00                               | 0
      more than 64 bits   | 8a 09 00 00 00 00 00 00 00 00 01    | 18446744073709551616
      a float             | 47 3f f8 00 00 00 00 00 00          | 1.5
      not a number        | 47 7f f8 00 00 00 00 00 00          | null
      infinity            | 47 7f f0 00 00 00 00 00 00          | null
      short text          | 8c 02 c3 a4                         | "ä"
      text                | 58 02 00 00 00 c3 a4                | "ä"
      long text           | 8d 01 00 00 00 00 00 00 00 61       | "a"
      short bytes         | 43 01 01                            | "AQ=="
      bytes               | 42 01 00 00 00 01                   | "AQ=="
      long bytes          | 8e 01 00 00 00 00 00 00 00 01       | "AQ=="
      an empty list       | 5d                                  | []
      an appended list    | 5d 4b 01 61                         | [1]
      a list              | 5d 28 4b 01 4e 65                   | [1,null]
      a list in batches   | 5d 28 4b 01 65 28 4b 02 65          | [1,2]
      no tuple            | 29                                  | []
      one                 | 4b 01 85                            | [1]
      two                 | 4b 01 4b 02 86                      | [1,2]
      three               | 4b 01 4b 02 4b 03 87                | [1,2,3]
      four                | 28 4b 01 4b 02 4b 03 4b 04 74       | [1,2,3,4]
      an empty dict       | 7d                                  | {}
      a dict of one       | 7d 8c 01 61 4b 01 73                | {"a":1}
      a dict              | 7d 28 8c 01 61 4b 01 4b 07 4e 75    | {"a":1,"7":null}
      a memo              | 5d 28 8c 01 61 94 68 00 65          | ["a","a"]
      a memo of old       | 5d 28 8c 01 61 71 09 68 09 65       | ["a","a"]
      a far memo          | 5d 28 8c 01 61 72 00 00 00 7f 6a 00 00 00 7f 65 | ["a","a"]
      a frame             | 95 02 00 00 00 00 00 00 00 4e       | null
      """)
  void obeysWhatMakesPlainValues(String name, String hex, String json) {
    assertThat(JsonMapper.shared().writeValueAsString(read(hex))).isEqualTo(json);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "GLOBAL, 63 6f 73 0a 73 79 73 74 65 6d 0a",
    "STACK_GLOBAL, 8c 02 6f 73 8c 06 73 79 73 74 65 6d 93",
    "REDUCE, 4e 29 52",
    "INST, 28 69 6f 73 0a 73 79 73 74 65 6d 0a",
    "OBJ, 28 4e 6f",
    "NEWOBJ, 4e 29 81",
    "NEWOBJ_EX, 4e 29 7d 92",
    "BUILD, 4e 7d 62",
    "EXT1, 82 01",
    "EXT2, 83 01 00",
    "EXT4, 84 01 00 00 00",
    "PERSID, 50 31 0a",
    "BINPERSID, 4e 51",
    "0x8f, 8f",
    "0x91, 91",
    "0x96, 96 00 00 00 00 00 00 00 00",
    "0x8b, 8b 01 00 00 00 01",
    "0x49, 49 31 0a",
    "0x56, 56 61 0a",
    "0x30, 4e 30",
    "0x32, 4e 32"
  })
  void refusesEverythingElseByName(String instruction, String hex) {
    assertThatThrownBy(() -> read(hex))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("the instruction " + instruction + " is refused");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "text that is not there, 58 ff ff ff ff 61",
    "text of a length that overflows, 8d ff ff ff ff ff ff ff ff 61",
    "bytes that are not there, 42 ff ff ff 7f",
    "bytes of a length that overflows, 8e 00 00 00 00 00 00 00 80",
    "a frame that is not there, 95 ff 00 00 00 00 00 00 00 4e",
    "an endless integer, 8a ff",
    "a memo that was not written, 68 00",
    "a memo of nothing, 94",
    "an append to nothing, 4e 61",
    "an append to text, 8c 01 61 4e 61",
    "an append to a tuple, 29 4e 61",
    "an item of a list, 5d 4e 4e 73",
    "items without a mark, 7d 75",
    "a key without a value, 7d 28 4e 75",
    "a key that is a list, 7d 5d 4e 73",
    "a key that is bytes, 7d 43 01 01 4e 73",
    "a tuple of too few, 4e 87",
    "nothing at all, ''",
    "two values, 4e 4e",
    "an open mark, 28 4e",
    "a list that holds itself, 5d 94 68 00 61",
    "a dict that holds itself, 7d 94 8c 01 61 68 00 73",
    "a list that grows after it was put into another, 5d 94 5d 68 00 61 30",
    "a cycle of two, 5d 94 5d 94 68 00 61 68 00 68 01 61"
  })
  void refusesWhatCannotBe(String name, String hex) {
    assertThatThrownBy(() -> read(hex)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void halfASurrogatePairIsReplaced() {
    assertThat((String) read("8c 04 61 ed a0 80")).matches("a\ufffd+");
  }

  @Test
  void refusesUnknownProtocols() {
    assertThatThrownBy(() -> PickleReader.read(bytes("80 06 4e 2e")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("protocol 6");
  }

  @Test
  void refusesWhatFollows() {
    assertThatThrownBy(() -> PickleReader.read(bytes("80 04 4e 2e 2e")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("something follows");
  }

  @Test
  void refusesDepth() {
    assertThat(read("5d" + repeat("85", 300))).isNotNull();
    assertThatThrownBy(() -> read("5d" + repeat("85", 100_000)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("nests deeper");
    assertThatThrownBy(() -> read(repeat("28", 100_000)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("nests deeper");
    assertThatThrownBy(() -> read(repeat("5d 28", 100_000)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("nests deeper");
  }

  /** Each list holds the one before ten times: thirty lines of it would be 10^30 values. */
  @Test
  void refusesBombs() {
    StringBuilder hex = new StringBuilder("8c 03 6c 6f 6c 94 ");
    for (int i = 0; i < 30; i++) {
      hex.append("5d 28 ").append(repeat("68 %02x ".formatted(i), 10)).append("65 94 ");
    }

    assertThatThrownBy(() -> read(hex.toString()))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("unfolds to more than");
  }

  @Test
  void refusesLongTextThatIsSaidAgainAndAgain() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    byte[] text = "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    pickle.writeBytes(bytes("80 04 5d 28 58 a0 86 01 00"));
    pickle.writeBytes(text);
    pickle.writeBytes(bytes("94 " + repeat("68 00", 10_000) + "65 2e"));

    assertThatThrownBy(() -> PickleReader.read(pickle.toByteArray()))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("unfolds to more than");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7d", "5d", "29", "4e", "94"})
  void refusesValuesThatAreMadeForNothing(String instruction) {
    assertThatThrownBy(() -> read("4e " + repeat(instruction, 2_000_000)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("more values than");
  }

  @Test
  void takesAHundredThousandShortTexts() {
    assertThat((List<?>) read("5d 94 28 " + repeat("8c 01 61 94", 100_000) + "65"))
        .hasSize(100_000);
  }

  @Test
  void theSameTextMayBeSaidOften() {
    assertThat((List<?>) read("5d 28 8c 03 6b 65 79 94 " + repeat("68 00", 50_000) + "65"))
        .hasSize(50_001);
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, @Nullable Object> value = new LinkedHashMap<>();
    value.put("text", "äß漢😀");
    value.put("nothing", null);
    value.put("list", Arrays.asList(1L, -1L, 1L << 40, true, false, 1.5, null, List.of()));
    value.put("big", BigInteger.TWO.pow(70).negate());
    value.put("small", -129L);
    value.put("tuple", new PickleReader.Tuple(Arrays.asList("a", null)));
    value.put("map", Map.of());

    assertThat(PickleReader.read(PickleWriter.write(value))).isEqualTo(value);
  }

  /** Many broken pickles, from those of the real one; nothing but a refusal comes of them. */
  @Test
  void mutationsAreReadOrRefused() throws IOException {
    long seed = 20_250_711;
    Random random = new Random(seed);
    List<byte[]> seeds = goldenPickles();
    Payloads bodies = new Payloads(JsonMapper.shared(), WireFormat.JSON, 1000);
    PythonFormat format = new PythonFormat();
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] pickle = mutated(seeds.get(random.nextInt(seeds.size())), random);
      try {
        format.decode("socketio", pickle, bodies);
        read++;
      } catch (ProtocolException | JacksonException refused) {
        // As it should be.
      } catch (RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ", round " + i + ": " + HexFormat.of().formatHex(pickle), e);
      }
    }
    assertThat(read).isBetween(1, 99_999);
  }

  private static byte[] mutated(byte[] original, Random random) {
    byte[] pickle = original.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = 1 + random.nextInt(pickle.length - 1);
      switch (random.nextInt(4)) {
        case 0 -> pickle[at] = (byte) random.nextInt(256);
        case 1 -> pickle[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          if (at > 2) {
            pickle = Arrays.copyOf(pickle, at);
          }
        }
        default -> {
          int from = 1 + random.nextInt(pickle.length - 1);
          int length = random.nextInt(Math.min(pickle.length - from, pickle.length - at) + 1);
          System.arraycopy(pickle, from, pickle, at, length);
        }
      }
    }
    return pickle;
  }

  private static List<byte[]> goldenPickles() throws IOException {
    try (InputStream in = PickleReaderTest.class.getResourceAsStream("from-python-5.7.2.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> HexFormat.of().parseHex(line.substring(line.lastIndexOf(' ') + 1)))
          .toList();
    }
  }
}
