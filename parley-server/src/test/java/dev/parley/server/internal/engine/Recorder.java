package dev.parley.server.internal.engine;

import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.Message;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The owner of a session: writes down what it hears. */
final class Recorder implements SessionHandler {
  final Session session;
  final List<String> heard = new ArrayList<>();
  long deadline = Long.MAX_VALUE;

  boolean broken;

  @Nullable
  Consumer<Message> onMessage;

  Recorder(Session session) {
    this.session = session;
  }

  /** What was heard since the last call. */
  List<String> drain() {
    List<String> all = List.copyOf(heard);
    heard.clear();
    return all;
  }

  @Override
  public void onMessage(Message message) {
    heard.add(
        message.isText() ? message.asString() : "#" + HexFormat.of().formatHex(message.toBytes()));
    if (onMessage != null) {
      onMessage.accept(message);
    }
  }

  @Override
  public void onWritable() {
    heard.add("writable");
  }

  @Override
  public void tick(long nowNanos) {
    heard.add("tick");
    deadline = Long.MAX_VALUE;
  }

  @Override
  public long nextDeadline() {
    if (broken) {
      throw new IllegalStateException("expected in the log");
    }
    return deadline;
  }

  @Override
  public void onClose(CloseReason reason, @Nullable Throwable cause) {
    heard.add("closed: " + reason.text() + (cause == null ? "" : ", " + cause.getMessage()));
  }
}
