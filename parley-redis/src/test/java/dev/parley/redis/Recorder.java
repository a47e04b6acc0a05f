package dev.parley.redis;

import static dev.parley.cluster.Eventually.until;

import dev.parley.cluster.Bus;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a bus says. */
final class Recorder implements Bus.Listener {
  /** {@code channel message}. */
  final List<String> messages = new CopyOnWriteArrayList<>();

  /** {@code up}, or why it is down. */
  final List<String> states = new CopyOnWriteArrayList<>();

  @Override
  public void onMessage(String channel, byte[] message) {
    messages.add(channel + " " + new String(message, StandardCharsets.UTF_8));
  }

  @Override
  public void onConnected() {
    states.add("up");
  }

  @Override
  public void onDisconnected(String why) {
    states.add(why);
  }

  boolean isUp() {
    return !states.isEmpty() && states.get(states.size() - 1).equals("up");
  }

  Recorder awaitUp() {
    until("connected, not " + states, this::isUp);
    return this;
  }

  void awaitState(String part) {
    until(
        "a state with " + part + ", not " + states,
        () -> states.stream().anyMatch(state -> state.contains(part)));
  }
}
