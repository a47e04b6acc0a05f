package dev.parley.test;

import dev.parley.protocol.engineio.EnginePacket;
import java.util.List;

/** One transport of an engine client. */
interface ClientLine {
  void send(List<EnginePacket> packets);

  /** Ends in good order, after what was sent. */
  void close();

  /** Ends without a word. */
  void kill();

  /** Stops or starts to take what the server sends. */
  void reading(boolean on);

  /** What a line reports to its client. */
  interface Owner {
    void onPacket(ClientLine line, EnginePacket packet);

    /** The line has ended by itself. */
    void onEnd(ClientLine line, String reason);
  }
}
