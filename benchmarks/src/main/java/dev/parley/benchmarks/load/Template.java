package dev.parley.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A prepared request with decimal fields of fixed width. In the text a field is a run of {@code #}. WebSocket frames are
 * masked once, here; a number is patched into the masked bytes.
 */
final class Template {
  private static final byte[] MASK = {0x5a, 0x17, (byte) 0xc3, 0x2e};
  private static final byte FIELD = '#';

  private final byte[] bytes;
  private final ByteBuffer direct;

  /** Per field: index of its first digit, its width, and the phase of the mask there. */
  private final int[][] fields;

  private final boolean masked;

  private Template(byte[] bytes, int[][] fields, boolean masked) {
    this.bytes = bytes;
    this.direct = ByteBuffer.allocateDirect(bytes.length).put(bytes);
    this.fields = fields;
    this.masked = masked;
  }

  /** As it stands, for HTTP. */
  static Template plain(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new Template(bytes, find(bytes, 0, bytes.length, 0), false);
  }

  /** One text frame. */
  static Template frame(String text) {
    return frames(text, null);
  }

  /** One text frame, and a binary one if there is an attachment. */
  static Template frames(String text, byte @org.jspecify.annotations.Nullable [] attachment) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    putFrame(out, 0x81, payload);
    int start = out.size() - payload.length;
    if (attachment != null) {
      putFrame(out, 0x82, attachment);
    }
    int[][] fields = find(payload, 0, payload.length, start);
    return new Template(out.toByteArray(), fields, true);
  }

  int length() {
    return bytes.length;
  }

  /** The request with these values, ready to be written; valid until the next call. */
  ByteBuffer with(long... values) {
    patch(direct, 0, values);
    return direct.clear();
  }

  /** Appends the request with this value in its first field. */
  void append(ByteBuffer target, long value) {
    int at = target.position();
    target.put(bytes);
    putField(target, at, 0, value);
  }

  private void patch(ByteBuffer target, int at, long... values) {
    for (int i = 0; i < values.length; i++) {
      putField(target, at, i, values[i]);
    }
  }

  private void putField(ByteBuffer target, int at, int field, long value) {
    int start = fields[field][0];
    int phase = fields[field][2];
    long rest = value;
    for (int i = fields[field][1] - 1; i >= 0; i--) {
      long quotient = rest / 10;
      int digit = '0' + (int) (rest - quotient * 10);
      target.put(at + start + i, (byte) (masked ? digit ^ MASK[phase + i & 3] : digit));
      rest = quotient;
    }
  }

  private static int[][] find(byte[] text, int from, int to, int shift) {
    java.util.List<int[]> found = new java.util.ArrayList<>();
    for (int at = from; at < to; at++) {
      int end = at;
      while (end < to && text[end] == FIELD) {
        end++;
      }
      if (end > at) {
        found.add(new int[] {shift + at, end - at, at & 3});
        at = end;
      }
    }
    return found.toArray(int[][]::new);
  }

  private static void putFrame(ByteArrayOutputStream out, int head, byte[] payload) {
    out.write(head);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 65536) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    out.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ MASK[i & 3]);
    }
  }
}
