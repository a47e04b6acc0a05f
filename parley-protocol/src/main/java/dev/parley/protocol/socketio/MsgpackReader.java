package dev.parley.protocol.socketio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.internal.Utf8;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * Walks through MessagePack values token by token, without recursion and without a copy. Reads what notepack 2.2 writes
 * (the clients) and what notepack 3 writes (the cluster): see {@link Kind}. One thread at a time.
 *
 * <p>An array or a map is opened by its token and closed by {@link Kind#END}; between the two, a map gives key and value
 * in turn. Lengths are checked against the bytes that are left before anybody can allocate for them, and no more than
 * {@code maxDepth} containers may be open at once. What breaks these rules is a {@link ProtocolException}.
 */
public final class MsgpackReader {
  /** What a token is, and which accessor holds its value. */
  public enum Kind {
    NIL,
    /** {@link #booleanValue()}. */
    BOOLEAN,
    /** Fits a long: {@link #longValue()}. */
    INTEGER,
    /** An unsigned integer above {@link Long#MAX_VALUE}: {@link #bigIntegerValue()}. */
    BIG_INTEGER,
    /** {@link #doubleValue()}. */
    FLOAT,
    /** {@link #stringValue()}, or its bytes in {@link #content()}. */
    STRING,
    /** {@link #content()}; bin, and the ArrayBuffer of notepack 2.2 (ext type 0). */
    BINARY,
    /** {@link #size()} values follow, then {@link #END}. */
    ARRAY,
    /** {@link #size()} pairs follow, then {@link #END}. */
    MAP,
    /** The innermost open array or map is over. */
    END,
    /** The {@code undefined} of JavaScript: notepack's fixext1 of type 0. */
    UNDEFINED,
    /** {@link #instantValue()}; a {@code Date} of notepack 2.2 (fixext8 of type 0) or the standard ext type -1. */
    TIMESTAMP,
    /** Any other extension: {@link #extensionType()} and {@link #content()}. */
    EXTENSION
  }

  private static final int TIMESTAMP_TYPE = -1;
  private static final int NOTEPACK_TYPE = 0;
  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private final byte[] array;
  private final ByteBuffer buffer;
  private final int start;
  private final int end;
  private final int maxDepth;

  /** Values that are still to come in each open container, outermost first; a map counts keys and values. */
  private int[] remaining = new int[8];

  private boolean[] isMap = new boolean[8];
  private int depth;
  private int at;

  private boolean key;
  private Kind kind = Kind.NIL;
  private long number;
  private double real;
  private int size;
  private int extensionType;
  private int contentStart;

  /**
   * @param data one value or several in a row
   * @param maxDepth how many arrays and maps may be open at once
   */
  public MsgpackReader(Message data, int maxDepth) {
    this.array = data.array();
    this.buffer = ByteBuffer.wrap(array);
    this.start = data.offset();
    this.end = data.offset() + data.length();
    this.at = start;
    this.maxDepth = maxDepth;
  }

  /** Whether bytes are left; an open container may still be waiting for its {@link Kind#END} when there are none. */
  public boolean hasRemaining() {
    return at < end;
  }

  /** How many bytes have been read. */
  public int position() {
    return at - start;
  }

  /** How many arrays and maps are open. */
  public int depth() {
    return depth;
  }

  /** Whether the token read last is a key of a map. Keys are never arrays or maps. */
  public boolean isKey() {
    return key;
  }

  /**
   * Reads the next token.
   *
   * @throws ProtocolException if the data ends early, nests too deep or is not MessagePack
   */
  public Kind next() {
    key = false;
    if (depth > 0) {
      int level = depth - 1;
      if (remaining[level] == 0) {
        depth = level;
        return kind = Kind.END;
      }
      key = isMap[level] && (remaining[level] & 1) == 0;
      remaining[level]--;
    }
    kind = read(buffer.get(take(1)) & 0xff);
    if (key && (kind == Kind.ARRAY || kind == Kind.MAP)) {
      throw malformed("an array or a map as the key of a map");
    }
    return kind;
  }

  /**
   * Passes over the next value with all that is in it.
   *
   * @throws IllegalStateException if a container ends here instead
   */
  public void skip() {
    int outside = depth;
    do {
      next();
    } while (depth > outside);
    if (depth < outside) {
      throw new IllegalStateException("no value to skip, the container ends");
    }
  }

  public boolean booleanValue() {
    require(Kind.BOOLEAN);
    return number != 0;
  }

  public long longValue() {
    require(Kind.INTEGER);
    return number;
  }

  /** The value of any integer. */
  public BigInteger bigIntegerValue() {
    if (kind == Kind.BIG_INTEGER) {
      return new BigInteger(Long.toUnsignedString(number));
    }
    return BigInteger.valueOf(longValue());
  }

  public double doubleValue() {
    require(Kind.FLOAT);
    return real;
  }

  /** @throws ProtocolException if the string is not UTF-8 */
  public String stringValue() {
    require(Kind.STRING);
    if (!Utf8.isValid(array, contentStart, size)) {
      throw malformed("a string that is not UTF-8");
    }
    return new String(array, contentStart, size, StandardCharsets.UTF_8);
  }

  /** A view of the bytes of a string, of binary data or of an unknown extension, as a binary message. */
  public Message content() {
    if (kind != Kind.STRING && kind != Kind.BINARY && kind != Kind.EXTENSION) {
      throw new IllegalStateException("no content in " + kind);
    }
    return Message.binary(array, contentStart, size);
  }

  /** Values of the array, pairs of the map, or bytes of the content that was read last. */
  public int size() {
    return size;
  }

  public int extensionType() {
    require(Kind.EXTENSION);
    return extensionType;
  }

  /** @throws ProtocolException if the time is not one that an {@link Instant} can be */
  public Instant instantValue() {
    require(Kind.TIMESTAMP);
    if (extensionType == NOTEPACK_TYPE) {
      return Instant.ofEpochMilli(buffer.getLong(contentStart));
    }
    return switch (size) {
      case 4 -> Instant.ofEpochSecond(buffer.getInt(contentStart) & 0xffff_ffffL);
      case 8 -> {
        long bits = buffer.getLong(contentStart);
        yield instant(bits & 0x3_ffff_ffffL, bits >>> 34);
      }
      default ->
        instant(buffer.getLong(contentStart + 4), buffer.getInt(contentStart) & 0xffff_ffffL);
    };
  }

  private static Instant instant(long seconds, long nanos) {
    if (nanos >= NANOS_PER_SECOND) {
      throw malformed("a timestamp with more nanoseconds than a second has");
    }
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (DateTimeException outOfRange) {
      throw malformed("a timestamp that is out of range");
    }
  }

  private Kind read(int head) {
    if (head < 0x80) {
      return integer(head);
    }
    if (head < 0x90) {
      return open(Kind.MAP, head & 0x0f);
    }
    if (head < 0xa0) {
      return open(Kind.ARRAY, head & 0x0f);
    }
    if (head < 0xc0) {
      return content(Kind.STRING, head & 0x1f);
    }
    if (head >= 0xe0) {
      return integer((byte) head);
    }
    return switch (head) {
      case 0xc0 -> Kind.NIL;
      case 0xc2, 0xc3 -> bool(head == 0xc3);
      case 0xc4 -> content(Kind.BINARY, unsigned8());
      case 0xc5 -> content(Kind.BINARY, unsigned16());
      case 0xc6 -> content(Kind.BINARY, unsigned32());
      case 0xc7 -> extension(unsigned8(), false);
      case 0xc8 -> extension(unsigned16(), false);
      case 0xc9 -> extension(unsigned32(), false);
      case 0xca -> real(buffer.getFloat(take(4)));
      case 0xcb -> real(buffer.getDouble(take(8)));
      case 0xcc -> integer(unsigned8());
      case 0xcd -> integer(unsigned16());
      case 0xce -> integer(unsigned32());
      case 0xcf -> unsigned64();
      case 0xd0 -> integer(buffer.get(take(1)));
      case 0xd1 -> integer(buffer.getShort(take(2)));
      case 0xd2 -> integer(buffer.getInt(take(4)));
      case 0xd3 -> integer(buffer.getLong(take(8)));
      case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extension(1 << (head - 0xd4), true);
      case 0xd9 -> content(Kind.STRING, unsigned8());
      case 0xda -> content(Kind.STRING, unsigned16());
      case 0xdb -> content(Kind.STRING, unsigned32());
      case 0xdc -> open(Kind.ARRAY, unsigned16());
      case 0xdd -> open(Kind.ARRAY, unsigned32());
      case 0xde -> open(Kind.MAP, unsigned16());
      case 0xdf -> open(Kind.MAP, unsigned32());
      default -> throw malformed("a byte that begins no MessagePack value");
    };
  }

  private Kind bool(boolean value) {
    number = value ? 1 : 0;
    return Kind.BOOLEAN;
  }

  private Kind integer(long value) {
    number = value;
    return Kind.INTEGER;
  }

  private Kind unsigned64() {
    number = buffer.getLong(take(8));
    return number < 0 ? Kind.BIG_INTEGER : Kind.INTEGER;
  }

  private Kind real(double value) {
    real = value;
    return Kind.FLOAT;
  }

  private Kind content(Kind contentKind, long length) {
    contentStart = take(length);
    size = (int) length;
    return contentKind;
  }

  private Kind extension(long length, boolean fixed) {
    extensionType = buffer.get(take(1));
    content(Kind.EXTENSION, length);
    if (extensionType == NOTEPACK_TYPE) {
      return fixed ? notepackFixed() : Kind.BINARY;
    }
    boolean timestamp =
        extensionType == TIMESTAMP_TYPE && (fixed ? length == 4 || length == 8 : length == 12);
    return timestamp ? Kind.TIMESTAMP : Kind.EXTENSION;
  }

  private Kind notepackFixed() {
    return switch (size) {
      case 1 -> Kind.UNDEFINED;
      case 8 -> Kind.TIMESTAMP;
      default -> Kind.EXTENSION;
    };
  }

  private Kind open(Kind container, long count) {
    long values = container == Kind.MAP ? 2 * count : count;
    // Every value has at least one byte, so that a caller may size its collection by the count.
    if (values > end - at) {
      throw malformed(values + " values announced with " + (end - at) + " bytes left");
    }
    if (depth == maxDepth) {
      throw new ProtocolException(
          Reason.TOO_LARGE, "arrays and maps nested deeper than " + maxDepth);
    }
    if (depth == remaining.length) {
      remaining = Arrays.copyOf(remaining, 2 * depth);
      isMap = Arrays.copyOf(isMap, 2 * depth);
    }
    remaining[depth] = (int) values;
    isMap[depth] = container == Kind.MAP;
    depth++;
    size = (int) count;
    return container;
  }

  /** Steps over {@code length} bytes and returns the index of the first. */
  private int take(long length) {
    if (length > end - at) {
      throw malformed(length + " bytes announced with " + (end - at) + " left");
    }
    int from = at;
    at += (int) length;
    return from;
  }

  private int unsigned8() {
    return buffer.get(take(1)) & 0xff;
  }

  private int unsigned16() {
    return buffer.getShort(take(2)) & 0xffff;
  }

  private long unsigned32() {
    return buffer.getInt(take(4)) & 0xffff_ffffL;
  }

  private void require(Kind expected) {
    if (kind != expected) {
      throw new IllegalStateException("the token is " + kind + ", not " + expected);
    }
  }

  private static ProtocolException malformed(String message) {
    return new ProtocolException(Reason.MALFORMED, message);
  }
}
