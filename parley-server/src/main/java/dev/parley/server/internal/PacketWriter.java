package dev.parley.server.internal;

import dev.parley.Args;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import dev.parley.protocol.socketio.PacketCodec;
import dev.parley.server.transport.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** What all namespaces of a server share to write packets. Thread-safe. */
record PacketWriter(PacketCodec codec, Payloads payloads, Executor completions) {
  /** The packet as Engine.IO messages, a header and its attachments; to be sent together and in this order. */
  List<Outgoing> write(Packet packet, boolean compress) {
    List<Message> messages = codec.encode(packet);
    if (messages.size() == 1) {
      return List.of(Outgoing.message(messages.get(0), compress));
    }
    List<Outgoing> outgoing = new ArrayList<>(messages.size());
    for (Message message : messages) {
      outgoing.add(Outgoing.message(message, compress));
    }
    return outgoing;
  }

  /** Runs what follows an acknowledgement: the user's code, so not on this thread unless there is no other any more. */
  void complete(Runnable completion) {
    try {
      completions.execute(completion);
    } catch (RejectedExecutionException closing) {
      completion.run();
    }
  }

  /** The arguments of an event that was written already. */
  Args args(Body eventBody) {
    return ReceivedArgs.of(payloads, eventBody, 1);
  }
}
