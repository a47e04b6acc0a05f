package dev.parley.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A WebSocket message that did not come in one piece: in several frames, or in a frame that the network split. Exists
 * only while such a message is under way, and is the deadline of its arrival too. Memory grows with what has arrived,
 * whatever the frame header announced. Lane only.
 */
abstract class MessageAssembly extends Deadline {
  private static final int FIRST_CAPACITY = 4 * 1024;

  final int opcode;
  final boolean compressed;
  int fragments;
  private byte[] data = {};
  private int length;

  /** Of the frame that is being read. */
  private boolean last;

  private int remaining;
  private int mask;

  MessageAssembly(int opcode, boolean compressed) {
    this.opcode = opcode;
    this.compressed = compressed;
  }

  int length() {
    return length;
  }

  /** Payload of the current frame that has not arrived. */
  int remaining() {
    return remaining;
  }

  boolean complete() {
    return last && remaining == 0;
  }

  void beginFrame(int frameLength, int frameMask, boolean lastFrame) {
    remaining = frameLength;
    mask = frameMask;
    last = lastFrame;
    fragments++;
  }

  /** Takes what there is of the current frame. */
  void read(ByteBuf in) {
    int count = Math.min(remaining, in.readableBytes());
    if (count > data.length - length) {
      // Within what is known to come, doubling: at most twice the bytes that have arrived, and
      // exact for one frame.
      long doubled = Math.max(FIRST_CAPACITY, 2L * (length + count));
      data = Arrays.copyOf(data, (int) Math.min(length + remaining, doubled));
    }
    in.readBytes(data, length, count);
    mask = Masking.apply(mask, data, length, count);
    length += count;
    remaining -= count;
  }

  /** The bytes, in an array of their length. */
  byte[] bytes() {
    return data.length == length ? data : Arrays.copyOf(data, length);
  }
}
