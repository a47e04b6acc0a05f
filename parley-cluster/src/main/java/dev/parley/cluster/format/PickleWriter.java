package dev.parley.cluster.format;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes plain values as a pickle of protocol 3, which every Python 3 reads. */
final class PickleWriter {
  private static final int PROTOCOL = 3;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  private PickleWriter() {}

  /** @param value as {@link PickleReader} returns it */
  static byte[] write(@Nullable Object value) {
    PickleWriter writer = new PickleWriter();
    writer.out.write(0x80);
    writer.out.write(PROTOCOL);
    writer.value(value);
    writer.out.write('.');
    return writer.out.toByteArray();
  }

  private void value(@Nullable Object value) {
    if (value == null) {
      out.write('N');
    } else if (value instanceof Boolean it) {
      out.write(it ? 0x88 : 0x89);
    } else if (value instanceof String it) {
      sized('X', it.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof byte[] it) {
      sized('B', it);
    } else if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      integer(new BigInteger(value.toString()));
    } else if (value instanceof Number it) {
      out.write('G');
      littleEndian(Long.reverseBytes(Double.doubleToLongBits(it.doubleValue())), 8);
    } else if (value instanceof Map<?, ?> it) {
      out.write('}');
      out.write('(');
      it.forEach((key, member) -> {
        value(String.valueOf(key));
        value(member);
      });
      out.write('u');
    } else if (value instanceof PickleReader.Tuple it) {
      out.write('(');
      it.forEach(this::value);
      out.write('t');
    } else if (value instanceof List<?> it) {
      out.write(']');
      out.write('(');
      it.forEach(this::value);
      out.write('e');
    } else {
      throw new IllegalArgumentException("a " + value.getClass().getName() + " is no plain value");
    }
  }

  private void sized(int opcode, byte[] data) {
    out.write(opcode);
    littleEndian(data.length, 4);
    out.writeBytes(data);
  }

  private void integer(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      out.write('J');
      littleEndian(value.intValue(), 4);
      return;
    }
    byte[] bigEndian = value.toByteArray();
    if (bigEndian.length < 256) {
      out.write(0x8a);
      out.write(bigEndian.length);
    } else {
      out.write(0x8b);
      littleEndian(bigEndian.length, 4);
    }
    for (int i = bigEndian.length - 1; i >= 0; i--) {
      out.write(bigEndian[i]);
    }
  }

  private void littleEndian(long value, int count) {
    for (int i = 0; i < count; i++) {
      out.write((int) (value >> (8 * i)));
    }
  }
}
