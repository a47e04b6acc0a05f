package dev.parley.netty;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** A body on its way in. Its memory grows with what has arrived, whatever length was announced. Lane only. */
final class RequestBody {
  private static final byte[] EMPTY = {};

  private final int maxBytes;
  private byte[] data = EMPTY;
  private int length;

  /** @param maxBytes the announced length if there is one, else the most that is allowed */
  RequestBody(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** @return false if that is more than allowed; nothing is kept then */
  boolean add(ByteBuf part) {
    int more = part.readableBytes();
    if (more > maxBytes - length) {
      data = EMPTY;
      return false;
    }
    if (more > data.length - length) {
      int doubled = (int) Math.min(maxBytes, 2L * data.length);
      data = Arrays.copyOf(data, Math.max(doubled, length + more));
    }
    part.readBytes(data, length, more);
    length += more;
    return true;
  }

  byte[] bytes() {
    return length == data.length ? data : Arrays.copyOf(data, length);
  }
}
