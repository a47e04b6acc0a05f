package dev.parley.benchmarks.raw;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.benchmarks.MemoryInUse;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client on a WebSocket. An event is told by its first letter, its arguments by their place. */
final class RawWebSocket {
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final byte[] SAID = RawBytes.ascii("42[\"said\",");

  private final RawConnection connection;
  private final RawRooms rooms;
  private final List<String> joined = new ArrayList<>(0);

  /** The id of the event whose attachment comes next. */
  private @Nullable String pendingId;

  private boolean unflushed;

  RawWebSocket(RawConnection connection, RawRooms rooms) {
    this.connection = connection;
    this.rooms = rooms;
  }

  void open() {
    sendText(RawConnection.open(rooms.nextId(), ""));
  }

  void closed() {
    rooms.remove(this, joined);
  }

  void write(ByteBuf frame) {
    connection.write(frame);
  }

  void flush() {
    unflushed = false;
    connection.flush();
  }

  /** True the first time since the last flush. */
  boolean markUnflushed() {
    boolean first = !unflushed;
    unflushed = true;
    return first;
  }

  /** Reads one frame. @return false if it has not arrived whole */
  boolean readFrame(ByteBuf in) {
    int start = in.readerIndex();
    int readable = in.readableBytes();
    if (readable < 6) {
      return false;
    }
    int opcode = in.getByte(start) & 0x0f;
    int shortLength = in.getByte(start + 1) & 0x7f;
    int head = shortLength < 126 ? 2 : shortLength == 126 ? 4 : 10;
    if (readable < head) {
      return false;
    }
    int length = shortLength < 126
        ? shortLength
        : shortLength == 126
            ? in.getUnsignedShort(start + 2)
            : Math.toIntExact(in.getLong(start + 2));
    if (readable < head + 4 + length) {
      return false;
    }
    int payload = start + head + 4;
    RawBytes.unmask(in, in.getInt(start + head), payload, length);
    in.readerIndex(payload + length);
    switch (opcode) {
      case 1 -> readText(in, payload, length);
      case 2 -> readBinary(in, payload, length);
      case 8 -> close();
      default -> {}
    }
    return true;
  }

  private void readText(ByteBuf in, int start, int length) {
    if (length == 2 && in.getByte(start + 1) == '0') {
      sendText("40{\"sid\":\"" + rooms.nextId() + "\"}");
      rooms.add(this);
      return;
    }
    if (length < 6 || in.getByte(start) != '4') {
      return;
    }
    int id = start + 2;
    int bracket = in.indexOf(start, start + length, (byte) '[');
    int event = bracket + 2;
    int end = start + length - 1;
    switch (in.getByte(event)) {
      case 'e' -> echo(in, id, bracket, event + 6, end);
      case 'b' -> pendingId = in.toString(id + 2, bracket - id - 2, ISO_8859_1);
      case 'j', 'l' -> changeRoom(in, id, bracket, event, end);
      case 's' -> say(in, event, end);
      case 'a' -> rooms.all(said(in, event + 5, end));
      case 'm' ->
        sendText("43" + in.toString(id, bracket - id, ISO_8859_1) + "["
            + MemoryInUse.afterCollection() + "]");
      default -> close();
    }
  }

  private void echo(ByteBuf in, int id, int bracket, int args, int end) {
    ByteBuf out = frame(TEXT, 2 + bracket - id + 1 + end - args + 1);
    RawBytes.writeAck(out, in, id, bracket).writeBytes(in, args, end - args).writeByte(']');
    write(out);
  }

  private void readBinary(ByteBuf in, int start, int length) {
    sendText("461-" + pendingId + "[{\"_placeholder\":true,\"num\":0}]");
    write(frame(BINARY, length).writeBytes(in, start, length));
  }

  private void changeRoom(ByteBuf in, int id, int bracket, int event, int end) {
    boolean joins = in.getByte(event) == 'j';
    int name = event + (joins ? 7 : 8);
    String room = in.toString(name, end - 1 - name, UTF_8);
    if (joins) {
      rooms.join(room, this);
      joined.add(room);
    } else {
      rooms.leave(room, this);
      joined.remove(room);
    }
    ByteBuf out = frame(TEXT, 2 + bracket - id + 2);
    write(RawBytes.writeAck(out, in, id, bracket).writeByte(']'));
  }

  /** {@code "say",{"room":"...","data":"..."}}, in this order. */
  private void say(ByteBuf in, int event, int end) {
    int room = event + 14;
    int roomEnd = in.indexOf(room, end, (byte) '"');
    rooms.say(in.toString(room, roomEnd - room, UTF_8), said(in, roomEnd + 9, end - 1));
  }

  private ByteBuf said(ByteBuf in, int data, int dataEnd) {
    ByteBuf out = frame(TEXT, SAID.length + dataEnd - data + 1);
    return out.writeBytes(SAID).writeBytes(in, data, dataEnd - data).writeByte(']');
  }

  private void close() {
    write(connection.buffer(2).writeByte(CLOSE).writeByte(0));
    connection.close();
  }

  private void sendText(String text) {
    ByteBuf out = frame(TEXT, text.length());
    out.writeCharSequence(text, ISO_8859_1);
    write(out);
  }

  private ByteBuf frame(int head, int length) {
    ByteBuf out = connection.buffer(10 + length).writeByte(head);
    if (length < 126) {
      return out.writeByte(length);
    }
    return length < 65536
        ? out.writeByte(126).writeShort(length)
        : out.writeByte(127).writeLong(length);
  }
}
