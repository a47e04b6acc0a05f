package dev.parley.protocol.engineio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.internal.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * What Engine.IO carries: text, kept as the UTF-8 bytes that travel, or binary. A view of an array that nobody writes to
 * any more, so that it may be shared between threads and a slice costs no copy.
 */
public final class Message {
  private static final Message EMPTY_TEXT = new Message(true, new byte[0], 0, 0);

  private final boolean text;
  private final byte[] array;
  private final int offset;
  private final int length;

  private Message(boolean text, byte[] array, int offset, int length) {
    this.text = text;
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  public static Message text(String text) {
    return text.isEmpty() ? EMPTY_TEXT : text(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Text whose bytes the caller has checked to be UTF-8 and hands over. */
  public static Message text(byte[] utf8) {
    return new Message(true, utf8, 0, utf8.length);
  }

  /** Text whose bytes the caller hands over. @throws ProtocolException if they are not UTF-8 */
  public static Message checkedText(byte[] utf8) {
    if (!Utf8.isValid(utf8, 0, utf8.length)) {
      throw new ProtocolException(ProtocolException.Reason.MALFORMED, "text that is not UTF-8");
    }
    return text(utf8);
  }

  /** @throws IndexOutOfBoundsException if the range does not lie in the array */
  public static Message text(byte[] utf8, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, utf8.length);
    return new Message(true, utf8, offset, length);
  }

  /** Binary data; the array is handed over. */
  public static Message binary(byte[] data) {
    return new Message(false, data, 0, data.length);
  }

  /** @throws IndexOutOfBoundsException if the range does not lie in the array */
  public static Message binary(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    return new Message(false, data, offset, length);
  }

  public boolean isText() {
    return text;
  }

  /** The array behind the view; read only the range of {@link #offset()} and {@link #length()}, and never write. */
  public byte[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  /** Length in bytes. */
  public int length() {
    return length;
  }

  public byte at(int index) {
    return array[offset + index];
  }

  /** The same message without its first {@code count} bytes. */
  public Message skip(int count) {
    Objects.checkIndex(count, length + 1);
    return new Message(text, array, offset + count, length - count);
  }

  /** Copies the bytes to {@code target} and returns the index after the last one. */
  public int copyTo(byte[] target, int at) {
    System.arraycopy(array, offset, target, at, length);
    return at + length;
  }

  /**
   * The same message with one more byte in front. Costs nothing if that byte happens to stand there in the array: the
   * encoders of Socket.IO packets leave it there, so that a packet is copied once on its way to the wire.
   */
  Message prepend(byte first) {
    if (offset > 0 && array[offset - 1] == first) {
      return new Message(text, array, offset - 1, length + 1);
    }
    byte[] longer = new byte[length + 1];
    longer[0] = first;
    copyTo(longer, 1);
    return new Message(text, longer, 0, longer.length);
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** The text; of a binary message, its bytes read as UTF-8. */
  public String asString() {
    return new String(array, offset, length, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message that
        && text == that.text
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = text ? 1 : 0;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  @Override
  public String toString() {
    return text ? "text of " + length + " bytes" : "binary of " + length + " bytes";
  }
}
