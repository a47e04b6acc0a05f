package dev.parley.protocol.socketio;

import dev.parley.protocol.engineio.Message;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes MessagePack in the forms that notepack 2.2 and 3 both read: the shortest integer, double floats, and notepack's
 * own extensions for {@code undefined} and dates. One thread at a time; of no use after {@link #toMessage()}.
 */
public final class MsgpackWriter {
  private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
  private static final byte NOTEPACK_TYPE = 0;

  private byte[] array;
  private ByteBuffer buffer;
  private int at;

  public MsgpackWriter() {
    this(256);
  }

  /** @param capacity bytes to begin with; if the data has exactly that many, it is never copied */
  public MsgpackWriter(int capacity) {
    array = new byte[capacity];
    buffer = ByteBuffer.wrap(array);
  }

  /** Bytes written so far. */
  public int size() {
    return at;
  }

  /** What was written, without a copy. */
  public Message toMessage() {
    return Message.binary(array, 0, at);
  }

  public void writeNil() {
    put8(0xc0);
  }

  /** Reads as {@code undefined} in JavaScript. */
  public void writeUndefined() {
    put8(0xd4);
    put8(NOTEPACK_TYPE);
    put8(0);
  }

  public void writeBoolean(boolean value) {
    put8(value ? 0xc3 : 0xc2);
  }

  public void writeLong(long value) {
    if (value >= 0) {
      writeUnsigned(value);
    } else if (value >= -32) {
      put8((int) value);
    } else if (value >= Byte.MIN_VALUE) {
      put8(0xd0);
      put8((int) value);
    } else if (value >= Short.MIN_VALUE) {
      put8(0xd1);
      put16((int) value);
    } else if (value >= Integer.MIN_VALUE) {
      put8(0xd2);
      put32((int) value);
    } else {
      put8(0xd3);
      put64(value);
    }
  }

  /** @throws IllegalArgumentException if the value fits neither a long nor 64 bits without a sign */
  public void writeBigInteger(BigInteger value) {
    if (value.bitLength() < Long.SIZE) {
      writeLong(value.longValue());
    } else if (value.signum() > 0 && value.compareTo(TWO_TO_64) < 0) {
      put8(0xcf);
      put64(value.longValue());
    } else {
      throw new IllegalArgumentException(
          "an integer of " + value.bitLength() + " bits, MessagePack has 64");
    }
  }

  public void writeDouble(double value) {
    put8(0xcb);
    put64(Double.doubleToRawLongBits(value));
  }

  /** A lone surrogate becomes {@code ?}, as in {@link String#getBytes}. */
  public void writeString(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int length = utf8.length;
    if (length < 32) {
      put8(0xa0 | length);
    } else if (length < 0x100) {
      put8(0xd9);
      put8(length);
    } else {
      putLength(0xda, length);
    }
    put(utf8, 0, length);
  }

  public void writeBinary(byte[] data) {
    writeBinary(data, 0, data.length);
  }

  public void writeBinary(byte[] data, int offset, int length) {
    if (length < 0x100) {
      put8(0xc4);
      put8(length);
    } else {
      putLength(0xc5, length);
    }
    put(data, offset, length);
  }

  /** A JavaScript {@code Date}, which knows milliseconds; finer parts are cut off. */
  public void writeTimestamp(Instant value) {
    put8(0xd7);
    put8(NOTEPACK_TYPE);
    put64(value.toEpochMilli());
  }

  /** {@code size} values must follow. */
  public void writeArrayHeader(int size) {
    writeHeader(0x90, 0xdc, size);
  }

  /** {@code size} pairs of key and value must follow. */
  public void writeMapHeader(int size) {
    writeHeader(0x80, 0xde, size);
  }

  /**
   * Opens an array whose size is not known yet. Containers close in the reverse order of opening.
   *
   * @return what {@link #endArray} wants to know
   */
  public int startArray() {
    put8(0x90);
    return at - 1;
  }

  /** Closes the array that {@code start} stands for, now that {@code size} values have been written into it. */
  public void endArray(int start, int size) {
    patchHeader(start, 0x90, 0xdc, size);
  }

  /** Opens a map whose size is not known yet; see {@link #startArray()}. */
  public int startMap() {
    put8(0x80);
    return at - 1;
  }

  /** Closes the map that {@code start} stands for, now that {@code size} pairs have been written into it. */
  public void endMap(int start, int size) {
    patchHeader(start, 0x80, 0xde, size);
  }

  /** Writes one value that is MessagePack already. */
  public void writeRaw(Message value) {
    ensure(value.length());
    at = value.copyTo(array, at);
  }

  private void writeUnsigned(long value) {
    if (value < 0x80) {
      put8((int) value);
    } else if (value < 0x100) {
      put8(0xcc);
      put8((int) value);
    } else if (value < 0x1_0000) {
      put8(0xcd);
      put16((int) value);
    } else if (value < 0x1_0000_0000L) {
      put8(0xce);
      put32((int) value);
    } else {
      put8(0xcf);
      put64(value);
    }
  }

  private void writeHeader(int fixed, int wide, int size) {
    if (size < 0) {
      throw new IllegalArgumentException("a size of " + size);
    }
    if (size < 16) {
      put8(fixed | size);
    } else {
      putLength(wide, size);
    }
  }

  /** Most containers are small and fit the one byte left for them; the content of others moves by two or four. */
  private void patchHeader(int start, int fixed, int wide, int size) {
    int content = at - start - 1;
    int growth = size < 16 ? 0 : size < 0x1_0000 ? 2 : 4;
    if (growth > 0) {
      ensure(growth);
      System.arraycopy(array, start + 1, array, start + 1 + growth, content);
    }
    at = start;
    writeHeader(fixed, wide, size);
    at += content;
  }

  /** The 16-bit form if the length fits it, or the 32-bit form, whose head is one more. */
  private void putLength(int head16, int length) {
    if (length < 0x1_0000) {
      put8(head16);
      put16(length);
    } else {
      put8(head16 + 1);
      put32(length);
    }
  }

  private void put8(int value) {
    ensure(1);
    array[at++] = (byte) value;
  }

  private void put16(int value) {
    ensure(2);
    buffer.putShort(at, (short) value);
    at += 2;
  }

  private void put32(int value) {
    ensure(4);
    buffer.putInt(at, value);
    at += 4;
  }

  private void put64(long value) {
    ensure(8);
    buffer.putLong(at, value);
    at += 8;
  }

  private void put(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, array, at, length);
    at += length;
  }

  private void ensure(int more) {
    int needed = Math.addExact(at, more);
    if (needed > array.length) {
      array = Arrays.copyOf(array, (int)
          Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * array.length)));
      buffer = ByteBuffer.wrap(array);
    }
  }
}
