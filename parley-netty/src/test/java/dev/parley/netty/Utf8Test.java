package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void agreesWithTheJdkOnEveryCodePoint() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
      }
    }
  }

  @Test
  void agreesWithTheJdkOnEveryTwoAndManyLongerSequences() {
    byte[] bytes = new byte[4];
    for (int value = 0; value < 0x10000; value++) {
      bytes[0] = (byte) (value >> 8);
      bytes[1] = (byte) value;
      for (int third : new int[] {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff}) {
        bytes[2] = (byte) third;
        bytes[3] = (byte) 0x80;
        for (int length = 0; length <= 4; length++) {
          assertAgrees(bytes, 0, length);
        }
      }
    }
  }

  @Test
  void agreesWithTheJdkOnBrokenText() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] text =
        "plain ascii, ümlaute, 漢字, 🙂🙃 and plain ascii again".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 100_000; i++) {
      byte[] broken = text.clone();
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      int offset = random.nextInt(broken.length);
      int length = random.nextInt(broken.length - offset + 1);
      assertThat(Utf8.isValid(broken, offset, length))
          .as("seed %d: %s from %d, %d bytes", seed, Arrays.toString(broken), offset, length)
          .isEqualTo(jdk(broken, offset, length));
    }
  }

  private static void assertAgrees(byte[] bytes, int offset, int length) {
    if (Utf8.isValid(bytes, offset, length) != jdk(bytes, offset, length)) {
      throw new AssertionError(Arrays.toString(bytes) + " " + length);
    }
  }

  private static boolean jdk(byte[] bytes, int offset, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
