package dev.parley.test;

import dev.parley.TransportType;
import dev.parley.http.Headers;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Message;
import java.util.ArrayList;
import java.util.List;

/** A WebSocket: one packet, one message. */
final class WebSocketLine implements ClientLine, ClientNetwork.LinkListener {
  private final EngineSettings settings;
  private final EngineCodec codec;
  private final Owner owner;
  private final ClientNetwork.Link link;
  private final List<EnginePacket> unsent = new ArrayList<>();
  private boolean open;
  private boolean ended;

  /** @param sid of the session that this line is to upgrade; empty for a session of its own */
  WebSocketLine(ClientNetwork.Peer peer, EngineSettings settings, String sid, Owner owner) {
    this.settings = settings;
    this.codec = EngineCodec.of(settings.revision());
    this.owner = owner;
    this.link =
        peer.webSocket(settings.target(TransportType.WEBSOCKET, sid), settings.headers(), this);
  }

  @Override
  public void onRefused(TestReply reply) {
    end("refused: " + reply);
  }

  @Override
  public void onOpen(Headers headers) {
    open = true;
    List<EnginePacket> waiting = List.copyOf(unsent);
    unsent.clear();
    send(waiting);
  }

  @Override
  public void onMessage(Message message) {
    if (!ended) {
      try {
        owner.onPacket(this, codec.decodeFrame(message));
      } catch (ProtocolException e) {
        throw new AssertionError("the server sent a bad frame: " + message.asString(), e);
      }
    }
  }

  @Override
  public void onClose(int code, String reason) {
    end("transport close");
  }

  private void end(String reason) {
    if (!ended) {
      ended = true;
      owner.onEnd(this, reason);
    }
  }

  @Override
  public void send(List<EnginePacket> packets) {
    if (!open) {
      unsent.addAll(packets);
      return;
    }
    for (EnginePacket packet : packets) {
      link.send(codec.encodeFrame(packet, settings.base64()));
    }
  }

  @Override
  public void close() {
    ended = true;
    link.close(1005, "");
  }

  @Override
  public void kill() {
    ended = true;
    link.abort();
  }

  @Override
  public void reading(boolean on) {
    link.reading(on);
  }
}
