package dev.parley.test;

import dev.parley.TransportType;
import dev.parley.http.Headers;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Long polling: one GET is always parked at the server, one POST at a time carries what was sent meanwhile. */
final class PollingLine implements ClientLine {
  private static final String BINARY = "application/octet-stream";

  private final ClientNetwork.Peer peer;
  private final EngineSettings settings;
  private final EngineCodec codec;
  private final Owner owner;
  private final List<EnginePacket> unsent = new ArrayList<>();
  private String sid = "";
  private ClientNetwork.@Nullable Request poll;
  private ClientNetwork.@Nullable Request post;
  private @Nullable Runnable onPaused;
  private boolean reading = true;
  private boolean closing;
  private boolean ended;

  PollingLine(ClientNetwork.Peer peer, EngineSettings settings, Owner owner) {
    this.peer = peer;
    this.settings = settings;
    this.codec = EngineCodec.of(settings.revision());
    this.owner = owner;
  }

  /** From the open packet on, every request carries the session's id. */
  void opened(String sessionId) {
    sid = sessionId;
  }

  void poll() {
    if (poll == null && reading && !ended && onPaused == null) {
      poll = peer.request("GET", target(), settings.headers(), 0, this::polled);
    }
  }

  private String target() {
    return settings.target(TransportType.POLLING, sid);
  }

  private void polled(TestReply reply) {
    poll = null;
    if (ended) {
      return;
    }
    if (reply.status() != 200) {
      end(sid.isEmpty() ? "refused: " + reply : "transport error");
      return;
    }
    boolean binary = BINARY.equals(reply.headers().first("Content-Type"));
    Message body = binary ? Message.binary(reply.body()) : Message.text(reply.body());
    try {
      codec.decodePayload(body, Integer.MAX_VALUE, packet -> owner.onPacket(this, packet));
    } catch (ProtocolException e) {
      throw new AssertionError("the server sent a bad payload: " + reply, e);
    }
    poll();
    checkPaused();
  }

  @Override
  public void send(List<EnginePacket> packets) {
    unsent.addAll(packets);
    push();
  }

  private void push() {
    if (post != null || unsent.isEmpty() || ended || sid.isEmpty()) {
      return;
    }
    Message body = codec.encodePayload(List.copyOf(unsent), settings.base64());
    unsent.clear();
    String type = body.isText() ? "text/plain;charset=UTF-8" : BINARY;
    Headers headers = settings.headers().with("Content-Type", type);
    post = peer.request("POST", target(), headers, body.length(), this::posted);
    post.write(body.toBytes());
    post.end();
  }

  private void posted(TestReply reply) {
    post = null;
    if (reply.status() != 200 && !ended) {
      end("transport error");
      return;
    }
    if (closing && unsent.isEmpty()) {
      ended = true;
    }
    push();
    checkPaused();
  }

  /** Takes no more, and tells when nothing is under way any more. */
  void pause(Runnable paused) {
    onPaused = paused;
    checkPaused();
  }

  /** The upgrade has failed. */
  void resume() {
    onPaused = null;
    poll();
    push();
  }

  private void checkPaused() {
    Runnable paused = onPaused;
    if (paused != null && poll == null && post == null && unsent.isEmpty() && !ended) {
      ended = true;
      paused.run();
    }
  }

  @Override
  public void close() {
    closing = true;
    send(List.of(EnginePacket.CLOSE));
  }

  @Override
  public void kill() {
    ended = true;
    abort(poll);
    abort(post);
  }

  private static void abort(ClientNetwork.@Nullable Request request) {
    if (request != null) {
      request.abort();
    }
  }

  @Override
  public void reading(boolean on) {
    reading = on;
    poll();
  }

  private void end(String reason) {
    ended = true;
    owner.onEnd(this, reason);
  }
}
