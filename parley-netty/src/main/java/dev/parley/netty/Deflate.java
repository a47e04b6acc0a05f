package dev.parley.netty;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * permessage-deflate, RFC 7692, without context takeover in either direction: so one deflater and one inflater serve
 * all connections of a lane, made when first needed. Lane only, but for {@link #close}.
 */
final class Deflate {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private @Nullable Deflater deflater;
  private @Nullable Inflater inflater;

  /** The message was longer than allowed once inflated. */
  static final class TooLongException extends Exception {
    private static final long serialVersionUID = 1;

    TooLongException(int maxBytes) {
      super("more than " + maxBytes + " bytes after inflating", null, false, false);
    }
  }

  /** The compressed form of §7.2.1, or null if it is not shorter than the input. */
  byte @Nullable [] deflate(byte[] input, int offset, int length) {
    if (deflater == null) {
      deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    }
    deflater.setInput(input, offset, length);
    // As long as the input, and the four bytes that are cut off: what does not fit is not worth
    // sending.
    byte[] output = new byte[length + TAIL.length];
    int size = 0;
    int more;
    while ((more = deflater.deflate(output, size, output.length - size, Deflater.SYNC_FLUSH)) > 0) {
      size += more;
    }
    boolean whole = size < output.length;
    deflater.reset();
    return whole ? Arrays.copyOf(output, size - TAIL.length) : null;
  }

  /**
   * The message of this compressed form, §7.2.2. Memory grows with what comes out and never beyond the bound.
   *
   * @throws DataFormatException if it is not a compressed form
   */
  byte[] inflate(byte[] input, int offset, int length, int maxBytes)
      throws DataFormatException, TooLongException {
    if (inflater == null) {
      inflater = new Inflater(true);
    }
    try {
      inflater.setInput(input, offset, length);
      byte[] output = new byte[(int) Math.min(maxBytes, 4L * length + 64)];
      boolean tailGiven = false;
      int size = 0;
      while (true) {
        if (size == output.length) {
          output = grown(output, maxBytes);
        }
        int more = inflater.inflate(output, size, output.length - size);
        size += more;
        if (inflater.finished()) {
          break;
        }
        if (more == 0 && inflater.needsInput()) {
          if (tailGiven) {
            break;
          }
          tailGiven = true;
          inflater.setInput(TAIL);
        } else if (more == 0) {
          throw new DataFormatException("no progress");
        }
      }
      if (size > maxBytes) {
        throw new TooLongException(maxBytes);
      }
      return size == output.length ? output : Arrays.copyOf(output, size);
    } finally {
      inflater.reset();
    }
  }

  /** One byte more than allowed at most: if that byte is used, the message is too long. */
  private static byte[] grown(byte[] output, int maxBytes) throws TooLongException {
    if (output.length > maxBytes) {
      throw new TooLongException(maxBytes);
    }
    return Arrays.copyOf(output, (int) Math.min(maxBytes + 1L, Math.max(64, 2L * output.length)));
  }

  /** Frees zlib's memory. Only when the lane's thread has ended. */
  void close() {
    if (deflater != null) {
      deflater.end();
    }
    if (inflater != null) {
      inflater.end();
    }
  }
}
