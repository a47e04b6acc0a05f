package dev.parley.redis;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Spoils good bytes: changes some, cuts them off, doubles a piece. */
final class Mutations {
  private Mutations() {}

  static void of(List<byte[]> good, Random random, int times, Consumer<byte[]> taste) {
    for (int i = 0; i < times; i++) {
      taste.accept(spoil(good.get(i % good.size()).clone(), random));
    }
  }

  private static byte[] spoil(byte[] bytes, Random random) {
    byte[] spoilt = bytes;
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && spoilt.length > 0; i++) {
      int at = random.nextInt(spoilt.length);
      switch (random.nextInt(5)) {
        case 0 -> spoilt = Arrays.copyOf(spoilt, at);
        case 1 -> spoilt[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> spoilt[at] = (byte) random.nextInt(256);
        case 3 -> spoilt[at] = spoilt[random.nextInt(spoilt.length)];
        default -> {
          byte[] doubled = Arrays.copyOf(spoilt, spoilt.length + at);
          System.arraycopy(spoilt, 0, doubled, spoilt.length, at);
          spoilt = doubled;
        }
      }
    }
    return spoilt;
  }
}
