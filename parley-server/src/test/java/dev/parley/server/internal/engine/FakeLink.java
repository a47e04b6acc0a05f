package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket whose frames are recorded: text as it is, binary as {@code #} and hex. */
final class FakeLink implements WebSocketLink {
  private final ManualLane lane;
  private final WebSocketHandler handler;
  private final List<String> written = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private boolean writable = true;
  private boolean reading = true;
  private int flushes;
  private @Nullable String closed;

  FakeLink(ManualLane lane, WebSocketHandler handler) {
    this.lane = lane;
    this.handler = handler;
  }

  void open() {
    handler.onOpen(this);
  }

  /** The peer sends text. */
  void text(String frame) {
    lane.on(() -> handler.onMessage(Message.text(frame)));
  }

  /** As {@link #text}, on the lane that runs now. */
  void textNow(String frame) {
    handler.onMessage(Message.text(frame));
  }

  void binary(byte... frame) {
    lane.on(() -> handler.onMessage(Message.binary(frame)));
  }

  /** The peer closes, or the connection breaks. */
  void end(int code, @Nullable Throwable cause) {
    lane.on(() -> endNow(code, cause));
  }

  /** As {@link #end}, on the lane that runs now. */
  void endNow(int code, @Nullable Throwable cause) {
    closed = closed == null ? "by peer" : closed;
    handler.onClose(code, cause);
  }

  /** The peer reads slowly, or again. */
  void writable(boolean now) {
    writable = now;
    if (now) {
      lane.on(handler::onWritable);
    }
  }

  /** What has gone out since the last call. */
  List<String> sent() {
    List<String> all = List.copyOf(sent);
    sent.clear();
    return all;
  }

  int flushes() {
    return flushes;
  }

  boolean isReading() {
    return reading;
  }

  /** The close code, "aborted" or "by peer"; null while open. */
  @Nullable
  String closed() {
    return closed;
  }

  @Override
  public ManualLane lane() {
    return lane;
  }

  @Override
  public void write(Outgoing packet, Revision revision, boolean base64) {
    assertOnLane();
    Message frame = EngineCodec.of(revision).encodeFrame(packet.packet(), base64);
    written.add(
        frame.isText() ? frame.asString() : "#" + HexFormat.of().formatHex(frame.toBytes()));
  }

  @Override
  public void flush() {
    assertOnLane();
    flushes++;
    sent.addAll(written);
    written.clear();
  }

  @Override
  public boolean writable() {
    assertOnLane();
    return writable;
  }

  @Override
  public long pendingBytes() {
    assertOnLane();
    return 0;
  }

  @Override
  public void reading(boolean on) {
    assertOnLane();
    reading = on;
  }

  @Override
  public void close(int code, String reason) {
    assertOnLane();
    if (closed == null) {
      flush();
      closed = String.valueOf(code);
    }
  }

  @Override
  public void abort() {
    assertOnLane();
    closed = "aborted";
  }

  private void assertOnLane() {
    assertThat(lane.inLane()).as("links are touched on their lane").isTrue();
  }
}
