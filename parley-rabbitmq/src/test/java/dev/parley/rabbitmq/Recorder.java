package dev.parley.rabbitmq;

import dev.parley.cluster.Bus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Writes down what a bus tells. */
final class Recorder implements Bus.Listener {
  final List<String> messages = new CopyOnWriteArrayList<>();
  final List<String> interruptions = new CopyOnWriteArrayList<>();
  volatile boolean connected;

  /** Messages wait for it; null if they need not. */
  volatile CountDownLatch gate;

  @Override
  public void onMessage(String channel, byte[] message) {
    CountDownLatch closed = gate;
    if (closed != null) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    String text = message.length > 100
        ? message.length + " bytes"
        : new String(message, StandardCharsets.UTF_8);
    messages.add(channel + " " + text);
  }

  @Override
  public void onConnected() {
    connected = true;
  }

  @Override
  public void onDisconnected(String why) {
    connected = false;
    interruptions.add(why);
  }
}
