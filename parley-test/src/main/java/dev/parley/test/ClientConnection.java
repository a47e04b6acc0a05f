package dev.parley.test;

import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.protocol.socketio.Body;
import dev.parley.protocol.socketio.Packet;
import dev.parley.protocol.socketio.PacketCodec;
import dev.parley.protocol.socketio.PacketDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One connection of a test client and the sockets that share it. */
final class ClientConnection implements EngineClient.Listener {
  private static final int NO_BOUND = Integer.MAX_VALUE;

  private final ClientNetwork network;
  private final EngineClient engine;
  private final PacketCodec codec;
  private final PacketDecoder decoder;
  private final ClientPayloads payloads;
  private final Map<String, TestClient> sockets = new LinkedHashMap<>();
  private final List<Message> raw = new ArrayList<>();
  private boolean open;

  ClientConnection(
      ClientNetwork network,
      ClientNetwork.Peer peer,
      EngineSettings settings,
      JsonMapper mapper,
      boolean msgpack) {
    this.network = network;
    this.engine = new EngineClient(network, peer, settings, this);
    this.codec = msgpack ? PacketCodec.msgpack() : PacketCodec.json();
    this.decoder = codec.newDecoder(NO_BOUND, NO_BOUND, Long.MAX_VALUE);
    this.payloads = new ClientPayloads(mapper, msgpack);
  }

  ClientNetwork network() {
    return network;
  }

  EngineClient engine() {
    return engine;
  }

  ClientPayloads payloads() {
    return payloads;
  }

  /** A socket for this namespace, which has yet to join. */
  TestClient add(String namespace, @Nullable Object auth) {
    String name = namespace.startsWith("/") ? namespace : "/" + namespace;
    TestClient known = sockets.get(name);
    if (known != null) {
      return known;
    }
    TestClient socket = new TestClient(this, name, auth);
    sockets.put(name, socket);
    if (open) {
      join(socket);
    }
    return socket;
  }

  @Override
  public void onOpen() {
    open = true;
    if (engine.revision() == Revision.V3) {
      // The server joins the default namespace unasked.
      add("/", null);
    }
    List.copyOf(sockets.values()).forEach(this::join);
  }

  void join(TestClient socket) {
    boolean third = engine.revision() == Revision.V3;
    if (third && socket.namespace().equals("/")) {
      return;
    }
    Object auth = socket.auth();
    Body body = auth == null || third ? null : payloads.write(auth);
    String query = auth != null && third ? query(auth) : null;
    if (query == null) {
      send(new Packet.Connect(socket.namespace(), null, body));
    } else {
      engine.send(List.of(Message.text("0" + socket.namespace() + "?" + query + ",")));
    }
  }

  /** Clients of revision 3 put their auth into the namespace. */
  private static String query(Object auth) {
    if (!(auth instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("a client of revision 3 can only send a Map as its auth");
    }
    return map.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(Object part) {
    return URLEncoder.encode(String.valueOf(part), StandardCharsets.UTF_8);
  }

  void send(Packet packet) {
    engine.send(codec.encode(packet));
  }

  void sendRaw(Message message) {
    engine.send(List.of(message));
  }

  /** Everything that came since the last call. */
  List<Message> takeRaw() {
    List<Message> taken = List.copyOf(raw);
    raw.clear();
    return taken;
  }

  @Override
  public void onMessage(Message message) {
    raw.add(message);
    Packet packet;
    try {
      packet = decoder.decode(message);
    } catch (ProtocolException e) {
      throw new AssertionError("the server sent a bad packet: " + message.asString(), e);
    }
    TestClient socket = packet == null ? null : sockets.get(packet.namespace());
    if (packet != null && socket != null) {
      socket.receive(packet);
    }
  }

  @Override
  public void onEnd(String reason) {
    sockets.values().forEach(socket -> socket.ended(reason));
  }
}
