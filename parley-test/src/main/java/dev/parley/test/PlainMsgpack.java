package dev.parley.test;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.MsgpackReader;
import dev.parley.protocol.socketio.MsgpackReader.Kind;
import dev.parley.protocol.socketio.MsgpackWriter;
import dev.parley.protocol.socketio.PacketCodec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain values as MessagePack and back. */
final class PlainMsgpack {
  private PlainMsgpack() {}

  static Message write(@Nullable Object plain) {
    MsgpackWriter to = new MsgpackWriter();
    write(to, plain);
    return to.toMessage();
  }

  private static void write(MsgpackWriter to, @Nullable Object plain) {
    if (plain == null) {
      to.writeNil();
    } else if (plain instanceof Boolean value) {
      to.writeBoolean(value);
    } else if (plain instanceof BigInteger value) {
      to.writeBigInteger(value);
    } else if (plain instanceof Integer || plain instanceof Long || plain instanceof Short) {
      to.writeLong(((Number) plain).longValue());
    } else if (plain instanceof Number value) {
      to.writeDouble(value.doubleValue());
    } else if (plain instanceof byte[] value) {
      to.writeBinary(value);
    } else if (plain instanceof List<?> list) {
      to.writeArrayHeader(list.size());
      list.forEach(part -> write(to, part));
    } else if (plain instanceof Map<?, ?> map) {
      to.writeMapHeader(map.size());
      map.forEach((key, part) -> {
        to.writeString((String) key);
        write(to, part);
      });
    } else {
      to.writeString(plain.toString());
    }
  }

  static @Nullable Object read(Message data) {
    MsgpackReader from = new MsgpackReader(data, PacketCodec.MAX_MSGPACK_DEPTH);
    return read(from, from.next());
  }

  private static @Nullable Object read(MsgpackReader from, Kind kind) {
    return switch (kind) {
      case NIL, UNDEFINED -> null;
      case BOOLEAN -> from.booleanValue();
      case INTEGER -> narrow(from.longValue());
      case BIG_INTEGER -> from.bigIntegerValue();
      case FLOAT -> from.doubleValue();
      case STRING -> from.stringValue();
      case BINARY, EXTENSION -> from.content().toBytes();
      case TIMESTAMP -> from.instantValue().toString();
      case ARRAY -> readList(from);
      case MAP -> readMap(from);
      case END -> throw new AssertionError("the server sent broken MessagePack");
    };
  }

  /** As JSON is read: an Integer if it fits. */
  private static Object narrow(long value) {
    if (value == (int) value) {
      return (int) value;
    }
    return value;
  }

  private static List<@Nullable Object> readList(MsgpackReader from) {
    List<@Nullable Object> list = new ArrayList<>();
    for (Kind kind = from.next(); kind != Kind.END; kind = from.next()) {
      list.add(read(from, kind));
    }
    return list;
  }

  private static Map<String, @Nullable Object> readMap(MsgpackReader from) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Kind kind = from.next(); kind != Kind.END; kind = from.next()) {
      String key = String.valueOf(read(from, kind));
      map.put(key, read(from, from.next()));
    }
    return map;
  }
}
