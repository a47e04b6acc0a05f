package dev.parley.app.demo;

import dev.parley.Namespace;
import dev.parley.Parley;

/** One event comes back to its sender, the other goes to everybody. */
public final class EchoAndBroadcast {
  /** The payload of all three events. */
  record Data(String data) {}

  public EchoAndBroadcast(Parley parley) {
    Namespace test = parley.of("/test");
    test.onConnect(socket -> socket.emit("my response", new Data("Connected")));
    test.on("my event", Data.class, (socket, sent) -> socket.emit("my response", sent));
    test.on("my broadcast event", Data.class, (socket, sent) -> test.emit("my response", sent));
  }
}
