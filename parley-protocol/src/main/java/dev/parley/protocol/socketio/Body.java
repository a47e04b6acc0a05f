package dev.parley.protocol.socketio;

import dev.parley.protocol.engineio.Message;
import java.util.List;

/**
 * The raw payload of a packet: JSON or MessagePack as it travels, with the attachments that its placeholders point to.
 * It is parsed later, straight into the type that a handler declares.
 *
 * @param raw JSON text, or the MessagePack bytes of the same value
 * @param attachments binary parts in the order of their placeholders; always empty for MessagePack
 */
public record Body(Message raw, List<byte[]> attachments) {
  public static Body json(String json) {
    return new Body(Message.text(json), List.of());
  }

  public boolean isJson() {
    return raw.isText();
  }
}
