package dev.parley.redis;

import dev.parley.protocol.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry of a stream as one message, and the names by which a bus knows a stream from a channel. A stream's entries have
 * fields, but a bus knows nothing but bytes: so a format packs fields, and {@link RedisStreamsBus}, the one bus that knows of
 * them, unpacks. Nobody else sees these bytes, which are for each field the lengths of its name and its value, and these.
 */
final class StreamFields {
  /** No channel of Node begins like this. */
  private static final String STREAM = "stream ";

  private StreamFields() {}

  /** The name by which a bus is asked for a stream. */
  static String channelOf(String stream) {
    return STREAM + stream;
  }

  static boolean isStream(String channel) {
    return channel.startsWith(STREAM);
  }

  static String streamOf(String channel) {
    return channel.substring(STREAM.length());
  }

  static byte[] pack(Map<String, byte[]> fields) {
    int length = 0;
    Map<byte[], byte[]> named = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> field : fields.entrySet()) {
      byte[] name = field.getKey().getBytes(StandardCharsets.UTF_8);
      named.put(name, field.getValue());
      length = Math.addExact(length, 2 * Integer.BYTES + name.length + field.getValue().length);
    }
    ByteBuffer packed = ByteBuffer.allocate(length);
    named.forEach((name, value) ->
        packed.putInt(name.length).putInt(value.length).put(name).put(value));
    return packed.array();
  }

  /** @throws ProtocolException if these are not packed fields */
  static Map<String, byte[]> unpack(byte[] message) {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    ByteBuffer packed = ByteBuffer.wrap(message);
    try {
      while (packed.hasRemaining()) {
        int nameLength = packed.getInt();
        int valueLength = packed.getInt();
        fields.put(
            new String(take(packed, nameLength), StandardCharsets.UTF_8),
            take(packed, valueLength));
      }
    } catch (BufferUnderflowException e) {
      throw malformed();
    }
    return fields;
  }

  private static byte[] take(ByteBuffer from, int length) {
    if (length < 0 || length > from.remaining()) {
      throw malformed();
    }
    byte[] taken = new byte[length];
    from.get(taken);
    return taken;
  }

  private static ProtocolException malformed() {
    return new ProtocolException(
        ProtocolException.Reason.MALFORMED, "these are not the fields of a stream's entry");
  }
}
