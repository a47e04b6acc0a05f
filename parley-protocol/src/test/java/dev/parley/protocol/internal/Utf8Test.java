package dev.parley.protocol.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8Test {
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          empty                         | ''
          one byte                      | 00 7f
          two bytes, smallest, largest  | c280 dfbf
          three bytes                   | e0a080 efbfbf
          beside the surrogates         | ed9fbf ee8080
          four bytes                    | f0908080 f48fbfbf
          ASCII, then a late accent     | 6162636465666768 696a c3a9
          """)
  void acceptsWellFormedText(String name, String hex) {
    assertThat(isValid(hex)).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', textBlock = """
          lone continuation             | 80
          overlong slash, two bytes     | c0af
          overlong, two bytes           | c1bf
          overlong slash, three bytes   | e080af
          overlong slash, four bytes    | f08080af
          first surrogate               | eda080
          last surrogate                | edbfbf
          surrogate pair (CESU-8)       | eda0bdedb880
          above U+10FFFF                | f4908080
          never a first byte            | f8888080
          byte order mark of UTF-16     | fffe
          cut after one of two          | c3
          cut after two of three        | e282
          cut after three of four       | f09f98
          second byte is ASCII          | c341
          third byte is ASCII           | e28241
          late, behind eight of ASCII   | 6162636465666768 ff
          """)
  void refusesMalformedText(String name, String hex) {
    assertThat(isValid(hex)).isFalse();
  }

  @Test
  void agreesWithTheDecoderOfTheJdk() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = almostUtf8(random);
      assertThat(Utf8.isValid(bytes, 0, bytes.length))
          .as("seed %d, bytes %s", seed, HexFormat.of().formatHex(bytes))
          .isEqualTo(jdkAccepts(bytes));
    }
  }

  @Test
  void countsWhatJavaScriptCounts() {
    String text = "hé€😀!";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);

    assertThat(Utf8.utf16Length(utf8, 0, utf8.length)).isEqualTo(text.length()).isEqualTo(6);
  }

  @ParameterizedTest(name = "{0} units of a😀é end at byte {1}")
  @CsvSource({"0, 0", "1, 1", "2, -1", "3, 5", "4, 7", "5, -1"})
  void stepsOverUnitsButNeverIntoAPair(int units, int end) {
    byte[] utf8 = "a😀é".getBytes(StandardCharsets.UTF_8);

    assertThat(Utf8.skipUtf16(utf8, 0, utf8.length, units)).isEqualTo(end);
  }

  private static boolean isValid(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return Utf8.isValid(bytes, 0, bytes.length);
  }

  private static byte[] almostUtf8(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.appendCodePoint(random.nextInt(1 << random.nextInt(1, 21)));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && random.nextBoolean()) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static boolean jdkAccepts(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException malformed) {
      return false;
    }
  }
}
