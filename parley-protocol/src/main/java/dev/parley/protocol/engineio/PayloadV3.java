package dev.parley.protocol.engineio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.internal.Decimal;
import dev.parley.protocol.internal.Utf8;
import java.util.List;
import java.util.function.Consumer;

/**
 * The two payload forms of revision 3.
 *
 * <pre>
 * text    payload = 1*( length ":" packet )                length in UTF-16 code units
 * binary  payload = 1*( kind 1*digit 0xff packet )         length in bytes, digits as bytes 0 to 9
 *         kind    = 0x00 (packet is UTF-8 text) / 0x01 (packet is 0x04 and binary data)
 * </pre>
 *
 * <p>{@code 0:} is how the text form says "no packets"; it is read as nothing.
 */
final class PayloadV3 {
  /** Digits of the largest length that an array can have. */
  private static final int MAX_LENGTH_DIGITS = 10;

  private static final byte TEXT_KIND = 0;
  private static final byte BINARY_KIND = 1;
  private static final byte LENGTH_END = (byte) 0xff;
  private static final byte BINARY_MESSAGE = 4;

  private final EngineCodec codec;
  private final byte[] array;
  private final int end;
  private final int maxPackets;
  private final Consumer<EnginePacket> sink;
  private int at;
  private int count;

  PayloadV3(EngineCodec codec, Message body, int maxPackets, Consumer<EnginePacket> sink) {
    this.codec = codec;
    this.array = body.array();
    this.at = body.offset();
    this.end = body.offset() + body.length();
    this.maxPackets = maxPackets;
    this.sink = sink;
    if (body.length() == 0) {
      throw new ProtocolException(Reason.MALFORMED, "an empty payload");
    }
  }

  void readText() {
    while (at < end) {
      int units = readLength((byte) '0', (byte) ':');
      int stop = Utf8.skipUtf16(array, at, end, units);
      if (stop < 0) {
        throw new ProtocolException(
            Reason.MALFORMED, "a length of " + units + " that does not fit the text");
      }
      if (units > 0) {
        emit(Message.text(array, at, stop - at));
      }
    }
  }

  void readBinary() {
    while (at < end) {
      byte kind = array[at++];
      if (kind != TEXT_KIND && kind != BINARY_KIND) {
        throw new ProtocolException(
            Reason.MALFORMED, "kind " + (kind & 0xff) + " in a binary payload, 0 or 1 allowed");
      }
      int length = readLength((byte) 0, LENGTH_END);
      if (length > end - at) {
        throw new ProtocolException(
            Reason.MALFORMED, "a length of " + length + " with " + (end - at) + " bytes left");
      }
      emit(kind == TEXT_KIND ? checkedText(length) : Message.binary(array, at, length));
    }
  }

  /** The UTF-8 of a text body was checked as a whole; inside a binary body every text is looked at on its own. */
  private Message checkedText(int length) {
    Message text = Message.text(array, at, length);
    EngineCodec.requireUtf8(text);
    return text;
  }

  private void emit(Message wire) {
    EngineCodec.requireRoom(++count, maxPackets);
    at += wire.length();
    sink.accept(wire.isText() ? codec.decodeText(wire) : codec.decodeBinary(wire));
  }

  /** Reads digits up to the terminator: at most ten of them, whatever the peer sends. */
  private int readLength(byte zero, byte terminator) {
    long length = 0;
    for (int digits = 0; at < end && digits <= MAX_LENGTH_DIGITS; digits++) {
      byte b = array[at++];
      if (b == terminator && digits > 0 && length <= Integer.MAX_VALUE) {
        return (int) length;
      }
      int digit = b - zero;
      if (digit < 0 || digit > 9) {
        break;
      }
      length = length * 10 + digit;
    }
    throw new ProtocolException(Reason.MALFORMED, "a packet length that is not a number");
  }

  static Message encodeText(EngineCodec codec, List<EnginePacket> packets) {
    int[] lengths = new int[packets.size()];
    long size = 0;
    for (int i = 0; i < lengths.length; i++) {
      EnginePacket packet = packets.get(i);
      lengths[i] = utf16Length(codec, packet);
      size += Decimal.digits(lengths[i]) + 1 + codec.textSize(packet);
    }
    byte[] wire = new byte[Math.toIntExact(size)];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      at = Decimal.put(lengths[i], wire, at);
      wire[at++] = ':';
      at = codec.writeText(packets.get(i), wire, at);
    }
    return Message.text(wire);
  }

  private static int utf16Length(EngineCodec codec, EnginePacket packet) {
    Message data = packet.data();
    return data.isText()
        ? 1 + Utf8.utf16Length(data.array(), data.offset(), data.length())
        : codec.textSize(packet);
  }

  static Message encodeBinary(List<EnginePacket> packets) {
    long size = 0;
    for (EnginePacket packet : packets) {
      int length = 1 + packet.data().length();
      size += 2 + Decimal.digits(length) + length;
    }
    byte[] wire = new byte[Math.toIntExact(size)];
    int at = 0;
    for (EnginePacket packet : packets) {
      at = writeBinary(packet, wire, at);
    }
    return Message.binary(wire);
  }

  private static int writeBinary(EnginePacket packet, byte[] wire, int start) {
    boolean text = packet.data().isText();
    int at = start;
    wire[at++] = text ? TEXT_KIND : BINARY_KIND;
    int digits = at;
    at = Decimal.put(1 + packet.data().length(), wire, at);
    for (int i = digits; i < at; i++) {
      wire[i] -= '0';
    }
    wire[at++] = LENGTH_END;
    wire[at++] = text ? packet.type().wire() : BINARY_MESSAGE;
    return packet.data().copyTo(wire, at);
  }
}
