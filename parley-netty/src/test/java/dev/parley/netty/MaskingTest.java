package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskingTest {
  private static final int MASK = 0x37fa213d;

  @Test
  void masksInAnyPieces() {
    byte[] plain = new byte[50];
    byte[] expected = new byte[50];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = (byte) (7 * i);
      expected[i] = (byte) (plain[i] ^ MASK >>> 24 - 8 * (i & 3));
    }
    for (int first = 0; first <= plain.length; first++) {
      for (int second = 0; first + second <= plain.length; second++) {
        byte[] bytes = plain.clone();
        int mask = Masking.apply(MASK, bytes, 0, first);
        mask = Masking.apply(mask, bytes, first, second);
        Masking.apply(mask, bytes, first + second, bytes.length - first - second);
        assertThat(bytes).isEqualTo(expected);
      }
    }
  }
}
