package dev.parley.test;

import dev.parley.TransportType;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.EnginePacketType;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The client's side of Engine.IO: opens a session, upgrades it, keeps it alive, carries messages. */
final class EngineClient implements ClientLine.Owner {
  private static final EnginePacket PROBE = EnginePacket.of(EnginePacketType.PING, "probe");
  private static final EnginePacket UPGRADE = EnginePacket.of(EnginePacketType.UPGRADE, "");

  private final ClientNetwork network;
  private final ClientNetwork.Peer peer;
  private final EngineSettings settings;
  private final Listener listener;

  /** Messages that wait for the end of an upgrade, or for its beginning: nothing is sent on a line that is paused. */
  private final List<EnginePacket> unsent = new ArrayList<>();

  private @Nullable ClientLine line;
  private @Nullable WebSocketLine candidate;
  private boolean pausing;
  private String sid = "";
  private Duration pingInterval = Duration.ZERO;
  private @Nullable Runnable nextPing;
  private boolean muted;
  private TransportType transport = TransportType.POLLING;
  private @Nullable String endReason;

  /** Who uses the messages. */
  interface Listener {
    void onOpen();

    void onMessage(Message message);

    void onEnd(String reason);
  }

  EngineClient(
      ClientNetwork network, ClientNetwork.Peer peer, EngineSettings settings, Listener listener) {
    this.network = network;
    this.peer = peer;
    this.settings = settings;
    this.listener = listener;
  }

  void open() {
    if (settings.transport() == TestTransport.WEBSOCKET) {
      transport = TransportType.WEBSOCKET;
      line = new WebSocketLine(peer, settings, "", this);
    } else {
      PollingLine polling = new PollingLine(peer, settings, this);
      line = polling;
      polling.poll();
    }
  }

  String sid() {
    return sid;
  }

  Revision revision() {
    return settings.revision();
  }

  TransportType transport() {
    return transport;
  }

  @Nullable
  String endReason() {
    return endReason;
  }

  void send(List<Message> messages) {
    for (Message message : messages) {
      unsent.add(EnginePacket.message(message));
    }
    flush();
  }

  private void flush() {
    ClientLine open = line;
    if (open != null && !pausing && !sid.isEmpty() && endReason == null && !unsent.isEmpty()) {
      List<EnginePacket> packets = List.copyOf(unsent);
      unsent.clear();
      open.send(packets);
    }
  }

  /** Sends no heartbeat any more, as a client whose machine sleeps. */
  void mute() {
    muted = true;
  }

  void reading(boolean on) {
    if (line != null) {
      line.reading(on);
    }
  }

  void close() {
    if (endReason == null && line != null) {
      line.close();
      ended("io client disconnect");
    }
  }

  void kill() {
    if (endReason == null && line != null) {
      line.kill();
      if (candidate != null) {
        candidate.kill();
      }
      ended("transport error");
    }
  }

  @Override
  public void onPacket(ClientLine from, EnginePacket packet) {
    if (endReason != null) {
      return;
    }
    if (from == candidate) {
      probed(packet);
      return;
    }
    switch (packet.type()) {
      case OPEN -> opened(packet.data());
      case PING -> pinged();
      case MESSAGE -> listener.onMessage(packet.data());
      case CLOSE -> {
        from.kill();
        ended("transport close");
      }
      case PONG, NOOP, UPGRADE -> {
        // Nothing follows from these.
      }
    }
  }

  private void opened(Message json) {
    Map<?, ?> open = JsonMapper.shared().readValue(json.toBytes(), Map.class);
    sid = (String) open.get("sid");
    pingInterval = Duration.ofMillis((Integer) open.get("pingInterval"));
    if (line instanceof PollingLine polling) {
      polling.opened(sid);
    }
    if (settings.revision() == Revision.V3) {
      pingLater();
    }
    listener.onOpen();
    flush();
    if (settings.transport() == TestTransport.UPGRADE
        && ((List<?>) open.get("upgrades")).contains("websocket")) {
      candidate = new WebSocketLine(peer, settings, sid, this);
      candidate.send(List.of(PROBE));
    }
  }

  private void pinged() {
    if (!muted && line != null) {
      line.send(List.of(EnginePacket.PONG));
    }
  }

  private void pingLater() {
    nextPing = network.after(pingInterval, () -> {
      if (!muted && endReason == null && line != null) {
        if (!pausing) {
          line.send(List.of(EnginePacket.PING));
        }
        pingLater();
      }
    });
  }

  private void probed(EnginePacket packet) {
    WebSocketLine next = candidate;
    if (packet.type() == EnginePacketType.PONG
        && next != null
        && line instanceof PollingLine polling) {
      pausing = true;
      polling.pause(() -> {
        next.send(List.of(UPGRADE));
        candidate = null;
        line = next;
        transport = TransportType.WEBSOCKET;
        pausing = false;
        flush();
      });
    }
  }

  @Override
  public void onEnd(ClientLine from, String reason) {
    if (from == candidate) {
      candidate = null;
      stayOnPolling();
    } else if (from == line) {
      ended(reason);
    }
  }

  private void stayOnPolling() {
    if (line instanceof PollingLine polling) {
      pausing = false;
      polling.resume();
      flush();
    }
  }

  private void ended(String reason) {
    if (endReason == null) {
      endReason = reason;
      if (nextPing != null) {
        nextPing.run();
      }
      listener.onEnd(reason);
    }
  }
}
