package dev.parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** How the tables of our tests write messages and packets: text as it is, binary data in hex. */
public final class Wire {
  private static final HexFormat HEX = HexFormat.of();

  private Wire() {}

  public static byte[] bytes(String hex) {
    return HEX.parseHex(hex.replace(" ", ""));
  }

  public static Message binary(String hex) {
    return Message.binary(bytes(hex));
  }

  public static String hex(Message message) {
    return HEX.formatHex(message.toBytes());
  }

  /** Text in which ␞ stands for the separator of revision 4 payloads. */
  public static Message text(String text) {
    return Message.text(text.replace('␞', '\u001e'));
  }

  /** A text message, or a binary one if it is hex in angle brackets. */
  public static Message message(String shown) {
    return shown.startsWith("<") ? binary(shown.substring(1, shown.length() - 1)) : text(shown);
  }

  /** The inverse of {@link #message}. */
  public static String show(Message message) {
    return message.isText() ? message.asString().replace('\u001e', '␞') : "<" + hex(message) + ">";
  }

  /** Messages in a row, separated by {@code ~}. */
  public static String showAll(List<Message> messages) {
    return messages.stream().map(Wire::show).collect(Collectors.joining(" ~ "));
  }

  public static List<Message> messages(String shown) {
    return Arrays.stream(shown.split(" ~ ")).map(Wire::message).toList();
  }

  public static String show(EnginePacket packet) {
    return packet.data().length() == 0 && packet.data().isText()
        ? packet.type().toString()
        : packet.type() + " " + show(packet.data());
  }

  public static String show(Packet packet) {
    List<String> words = new ArrayList<>();
    words.add(packet.getClass().getSimpleName());
    words.add(packet.namespace());
    if (packet instanceof Packet.Connect connect) {
      if (connect.query() != null) {
        words.add("?" + connect.query());
      }
      if (connect.body() != null) {
        words.add(show(connect.body()));
      }
    } else if (packet instanceof Packet.Event event) {
      addAnswerable(words, event.ackId(), event.body());
    } else if (packet instanceof Packet.Ack ack) {
      addAnswerable(words, ack.ackId(), ack.body());
    } else if (packet instanceof Packet.ConnectError error) {
      words.add(show(error.body()));
    }
    return String.join(" ", words);
  }

  private static void addAnswerable(List<String> words, long ackId, Body body) {
    if (ackId != Packet.NO_ACK) {
      words.add("#" + ackId);
    }
    words.add(show(body));
  }

  private static String show(Body body) {
    StringBuilder shown = new StringBuilder(show(body.raw()));
    for (byte[] attachment : body.attachments()) {
      shown.append(" + ").append(HEX.formatHex(attachment));
    }
    return shown.toString();
  }

  public static void assertRefused(Reason reason, Runnable decoding) {
    ProtocolException refusal = catchThrowableOfType(ProtocolException.class, decoding::run);
    assertThat(refusal).as("refusal").isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
  }
}
