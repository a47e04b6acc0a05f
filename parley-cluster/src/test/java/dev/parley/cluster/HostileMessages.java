package dev.parley.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a broken or hostile peer may publish to any channel; nothing of it may do harm. */
final class HostileMessages {
  private static final List<String> TEXTS = List.of(
      "",
      "{",
      "{}",
      "[]",
      "null",
      "{\"uid\":1}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3,\"data\":null}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[]},\"opts\":{}}}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[\"disconnect\"]}}}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3,\"data\":{\"packet\":{\"type\":2,\"data\":[{}]}}}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":3,\"data\":{\"packet\":{\"data\":[\"a\"]},\"opts\":{\"rooms\":7}}}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":7,\"data\":{}}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":11,\"data\":{\"requestId\":\"r\",\"clientCount\":-5}}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":1e99}",
      "{\"uid\":\"x\",\"nsp\":\"/\",\"type\":99}",
      "{\"uid\":null,\"nsp\":null,\"type\":2}",
      "{\"method\":\"emit\"}",
      "{\"method\":\"emit\",\"event\":\"connect\",\"data\":[1],\"namespace\":\"/\",\"room\":null}",
      "{\"method\":\"emit\",\"event\":{},\"data\":1,\"namespace\":\"/\",\"room\":{\"a\":1}}",
      "{\"method\":\"emit\",\"binary\":true,\"event\":\"e\",\"data\":[[{\"_placeholder\":true,\"num\":9}],\"AQI=\"],\"namespace\":\"/\",\"room\":null}",
      "{\"method\":\"callback\",\"host_id\":\"x\",\"sid\":1,\"namespace\":\"/\",\"id\":{},\"args\":7}",
      "{\"method\":7}",
      "[".repeat(5000),
      "{\"a\":".repeat(5000),
      "{\"type\":0,\"uid\":\"x\"}",
      "{\"type\":5,\"uid\":\"x\",\"requestId\":7,\"opts\":[]}",
      "{\"type\":2,\"uid\":\"x\",\"opts\":{\"rooms\":[null]},\"rooms\":\"r\"}");

  private HostileMessages() {}

  static List<byte[]> all() {
    List<byte[]> all = new ArrayList<>();
    TEXTS.forEach(text -> all.add(text.getBytes(StandardCharsets.UTF_8)));
    // A pickle that calls a function, and text in an overlong form.
    all.add(
        "\u0080\u0004cos\nsystem\n\u008c\u0004true\u0085R.".getBytes(StandardCharsets.ISO_8859_1));
    all.add(
        "{\"method\":\"emit\",\"event\":\"e\",\"data\":\"\u00f0\u0087\u0098\u0080\",\"namespace\":\"/\"}"
            .getBytes(StandardCharsets.ISO_8859_1));
    // Bytes that begin like MessagePack, like a pickle, and like nothing.
    Random random = new Random(7);
    for (int first : new int[] {0x80, 0x83, 0x93, 0xdf, 0xdd, 0xc6, 0xff, 0x00, '{'}) {
      byte[] bytes = new byte[60];
      random.nextBytes(bytes);
      bytes[0] = (byte) first;
      all.add(bytes);
    }
    return all;
  }
}
