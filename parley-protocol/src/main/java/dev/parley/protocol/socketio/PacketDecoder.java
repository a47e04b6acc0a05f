package dev.parley.protocol.socketio;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import org.jspecify.annotations.Nullable;

/**
 * Puts the packets of one connection together. One thread at a time. After an exception the connection is to be closed;
 * the decoder holds nothing any more.
 *
 * <p>What is checked here is the form that does not need a parser: the header, and of the body its first bytes. Left to
 * whoever parses the body: that it is well formed and within its limits, that the event's name is not reserved
 * ({@code connect}, {@code connect_error}, {@code disconnect}, {@code disconnecting}, {@code newListener}, {@code
 * removeListener}), and that every placeholder has its attachment and every attachment its placeholder.
 */
public interface PacketDecoder {
  /**
   * Takes the next message of the connection.
   *
   * @return the packet that it completes; its body is a view of the message. Null while attachments are missing
   * @throws ProtocolException if the message is malformed, over a limit, or not the kind that must come now
   */
  @Nullable
  Packet decode(Message message);

  /** Whether a packet is unfinished and waits for binary messages. */
  boolean expectsAttachments();
}
