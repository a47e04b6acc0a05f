package dev.parley.conformance;

import dev.parley.EngineListener;
import dev.parley.EngineSocket;
import dev.parley.protocol.engineio.CloseReason;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends every message back, and counts its clients. */
final class EngineEcho implements EngineListener {
  private final AtomicInteger clients = new AtomicInteger();

  int clients() {
    return clients.get();
  }

  @Override
  public void onOpen(EngineSocket socket) {
    clients.incrementAndGet();
  }

  @Override
  public void onMessage(EngineSocket socket, String text) {
    socket.send(text);
  }

  @Override
  public void onMessage(EngineSocket socket, byte[] data) {
    socket.send(data);
  }

  @Override
  public void onClose(EngineSocket socket, CloseReason reason, @Nullable Throwable cause) {
    clients.decrementAndGet();
  }

  @Override
  public boolean nonBlocking() {
    return true;
  }
}
