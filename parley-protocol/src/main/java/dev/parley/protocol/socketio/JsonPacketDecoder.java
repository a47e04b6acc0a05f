package dev.parley.protocol.socketio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.internal.Decimal;
import dev.parley.protocol.socketio.Headers.Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the header byte by byte, once, and keeps the JSON as it is. Remembers the packet whose attachments are due. */
final class JsonPacketDecoder implements PacketDecoder {
  private static final int MAX_ACK_DIGITS = 16;
  private static final int MAX_COUNT_DIGITS = 9;
  private static final Message EMPTY_ARRAY = Message.text("[]");

  private final int maxAttachments;
  private final int maxNamespaceLength;
  private final long maxAttachmentBytes;

  /** The packet that is complete but for its attachments, or null. */
  private @Nullable Unfinished unfinished;

  JsonPacketDecoder(int maxAttachments, int maxNamespaceLength, long maxAttachmentBytes) {
    this.maxAttachments = maxAttachments;
    this.maxNamespaceLength = maxNamespaceLength;
    this.maxAttachmentBytes = maxAttachmentBytes;
  }

  @Override
  public boolean expectsAttachments() {
    return unfinished != null;
  }

  @Override
  public @Nullable Packet decode(Message message) {
    Unfinished waiting = unfinished;
    unfinished = null;
    if (!message.isText()) {
      return attach(waiting, message);
    }
    if (waiting != null) {
      throw new ProtocolException(
          Reason.BAD_ATTACHMENT, "text where " + waiting.missing() + " attachments are due");
    }
    return decodeText(new Text(message));
  }

  private @Nullable Packet attach(@Nullable Unfinished waiting, Message data) {
    if (waiting == null) {
      throw new ProtocolException(Reason.BAD_ATTACHMENT, "an attachment that nobody announced");
    }
    if (data.length() > maxAttachmentBytes - waiting.bytes) {
      throw new ProtocolException(
          Reason.TOO_LARGE, "attachments of more than " + maxAttachmentBytes + " bytes");
    }
    waiting.add(data);
    if (waiting.missing() > 0) {
      unfinished = waiting;
      return null;
    }
    return waiting.packet();
  }

  private @Nullable Packet decodeText(Text text) {
    int type = text.type();
    int attachments = 0;
    if (type > Headers.CONNECT_ERROR) {
      type -= JsonPacketCodec.BINARY_OFFSET;
      attachments = text.attachments(maxAttachments);
    }
    Address address = text.address(maxNamespaceLength);
    return switch (type) {
      case Headers.CONNECT -> connect(address, text.rest());
      case Headers.DISCONNECT -> disconnect(address, text.rest());
      case Headers.CONNECT_ERROR -> connectError(address, text.rest());
      default -> eventOrAck(type, address, attachments, text.ackId(), text.rest());
    };
  }

  private static Packet connect(Address address, Message json) {
    if (json.length() > 0 && json.at(0) != '{') {
      throw malformed("a CONNECT whose payload is not an object");
    }
    return new Packet.Connect(
        address.namespace(),
        address.query(),
        json.length() == 0 ? null : new Body(json, List.of()));
  }

  private static Packet disconnect(Address address, Message json) {
    if (json.length() > 0) {
      throw malformed("a DISCONNECT with a payload");
    }
    return new Packet.Disconnect(address.namespace());
  }

  private static Packet connectError(Address address, Message json) {
    if (json.length() == 0) {
      throw malformed("a CONNECT_ERROR without a payload");
    }
    return new Packet.ConnectError(address.namespace(), new Body(json, List.of()));
  }

  private @Nullable Packet eventOrAck(
      int type, Address address, int attachments, long ackId, Message json) {
    boolean event = type == Headers.EVENT;
    Message array = json;
    if (event) {
      requireNamedArray(json);
    } else if (json.length() == 0 && attachments == 0) {
      // The reference takes an acknowledgement without an array for one without values.
      array = EMPTY_ARRAY;
    } else if (json.length() == 0 || json.at(0) != '[') {
      throw malformed("an ACK whose payload is not an array");
    }
    if (attachments > 0) {
      unfinished = new Unfinished(event, address.namespace(), ackId, array, attachments);
      return null;
    }
    return packet(event, address.namespace(), new Body(array, List.of()), ackId);
  }

  /** The payload must be an array that starts with a name, which is a string, or a number as the reference allows. */
  private static void requireNamedArray(Message json) {
    if (json.length() == 0 || json.at(0) != '[') {
      throw malformed("an EVENT whose payload is not an array");
    }
    int at = 1;
    while (at < json.length() && isSpace(json.at(at))) {
      at++;
    }
    int first = at < json.length() ? json.at(at) : ']';
    if (first != '"' && first != '-' && !Decimal.isDigit(first)) {
      throw malformed("an EVENT whose name is not a string or a number");
    }
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private static Packet packet(boolean event, String namespace, Body body, long ackId) {
    return event
        ? new Packet.Event(namespace, body, ackId)
        : new Packet.Ack(namespace, body, ackId);
  }

  private static ProtocolException malformed(String message) {
    return new ProtocolException(Reason.MALFORMED, message);
  }

  /** A packet and the attachments that have come so far. */
  private static final class Unfinished {
    private final boolean event;
    private final String namespace;
    private final long ackId;
    private final Message json;
    private final int count;
    private final List<byte[]> attachments = new ArrayList<>(4);
    private long bytes;

    Unfinished(boolean event, String namespace, long ackId, Message json, int count) {
      this.event = event;
      this.namespace = namespace;
      this.ackId = ackId;
      this.json = json;
      this.count = count;
    }

    int missing() {
      return count - attachments.size();
    }

    void add(Message data) {
      bytes += data.length();
      boolean whole = data.length() == data.array().length;
      attachments.add(whole ? data.array() : data.toBytes());
    }

    Packet packet() {
      Body body = new Body(json, Collections.unmodifiableList(attachments));
      return JsonPacketDecoder.packet(event, namespace, body, ackId);
    }
  }

  /** The place in the text up to which the header has been read. */
  private static final class Text {
    private final Message text;
    private int at;

    Text(Message text) {
      this.text = text;
    }

    int type() {
      int type = text.length() == 0 ? -1 : text.at(at++) - '0';
      if (type < Headers.CONNECT || type > Headers.ACK + JsonPacketCodec.BINARY_OFFSET) {
        throw new ProtocolException(Reason.UNKNOWN_TYPE, "a packet type that is not one of 0 to 6");
      }
      return type;
    }

    /** At least one: a packet that announces none would wait for ever (CVE-2026-69185). */
    int attachments(int max) {
      int start = at;
      long count = digits(MAX_COUNT_DIGITS);
      if (at == start || at == text.length() || text.at(at++) != '-') {
        throw malformed("a number of attachments that is not a number and a dash");
      }
      if (count == 0 || count > max) {
        throw new ProtocolException(
            Reason.BAD_ATTACHMENT, count + " attachments, allowed are 1 to " + max);
      }
      return (int) count;
    }

    /** From the slash to the next comma, or to the end of the packet. */
    Address address(int maxNamespaceLength) {
      if (at == text.length() || text.at(at) != '/') {
        return Address.DEFAULT;
      }
      int start = at;
      while (at < text.length() && text.at(at) != ',') {
        at++;
      }
      Message wire = Message.text(text.array(), text.offset() + start, at - start);
      if (at < text.length()) {
        at++;
      }
      return Headers.address(wire, maxNamespaceLength);
    }

    long ackId() {
      int start = at;
      long id = digits(MAX_ACK_DIGITS);
      if (at == start) {
        return Packet.NO_ACK;
      }
      if (id > Headers.MAX_ACK_ID) {
        throw malformed("an ack id above " + Headers.MAX_ACK_ID);
      }
      return id;
    }

    Message rest() {
      return text.skip(at);
    }

    /** Reads digits, but never more than {@code max}: no peer makes us build a long number (CVE-2020-36049). */
    private long digits(int max) {
      int start = at;
      long value = 0;
      while (at < text.length() && Decimal.isDigit(text.at(at))) {
        if (at - start == max) {
          throw malformed("a number of more than " + max + " digits");
        }
        value = value * 10 + (text.at(at++) - '0');
      }
      return value;
    }
  }
}
