package dev.parley.test;

import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Revision;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a test client is to connect; immutable, every setter returns a changed copy. Ends with {@link #connect}.
 *
 * <pre>{@code
 * TestClient old = test.client().revision3().transport(TestTransport.POLLING).connect("/chat");
 * }</pre>
 */
public final class TestConnector {
  private final ClientNetwork network;
  private final EngineSettings engine;
  private final String address;
  private final JsonMapper mapper;
  private final boolean msgpack;

  private TestConnector(
      ClientNetwork network,
      EngineSettings engine,
      String address,
      JsonMapper mapper,
      boolean msgpack) {
    this.network = network;
    this.engine = engine;
    this.address = address;
    this.mapper = mapper;
    this.msgpack = msgpack;
  }

  static TestConnector over(ClientNetwork network) {
    EngineSettings settings = new EngineSettings(
        "/socket.io", Revision.V4, TestTransport.WEBSOCKET, false, Headers.none(), "");
    return new TestConnector(network, settings, "127.0.0.1", JsonMapper.shared(), false);
  }

  private TestConnector with(EngineSettings settings) {
    return new TestConnector(network, settings, address, mapper, msgpack);
  }

  /** Default: WebSocket from the start. */
  public TestConnector transport(TestTransport transport) {
    return with(engine.with(transport));
  }

  /** As clients 1.x and 2.x speak. Default: as clients 3.x and 4.x do. */
  public TestConnector revision3() {
    return with(engine.with(Revision.V3));
  }

  /** Asks the server for text only, as very old browsers need it. */
  public TestConnector base64() {
    return with(engine.withBase64());
  }

  /** Where the server answers. Default {@code /socket.io}. */
  public TestConnector path(String path) {
    return with(engine.withPath(path));
  }

  /** One more header field in every request. */
  public TestConnector header(String name, String value) {
    return with(engine.with(engine.headers().and(name, value)));
  }

  /** One more parameter in the query of every request. */
  public TestConnector query(String name, String value) {
    return with(engine.withQuery("&" + encode(name) + "=" + encode(value)));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The address that the server sees. Default {@code 127.0.0.1}. @param ip in digits */
  public TestConnector address(String ip) {
    return new TestConnector(network, engine, Objects.requireNonNull(ip), mapper, msgpack);
  }

  /** Speaks MessagePack, as {@code socket.io-msgpack-parser} does. The server must too. */
  public TestConnector msgpack() {
    return new TestConnector(network, engine, address, mapper, true);
  }

  /** Writes and reads the client's values. Default: Jackson's own. */
  public TestConnector jsonMapper(JsonMapper mapper) {
    return new TestConnector(network, engine, address, mapper, msgpack);
  }

  /** Joins the namespace {@code /}. */
  public TestClient connect() {
    return connect("/");
  }

  public TestClient connect(String namespace) {
    return connect(namespace, null);
  }

  /**
   * Connects, joins a namespace, and waits until the server has decided; see {@link TestClient#connected} and {@link
   * TestClient#refused}.
   *
   * @param auth what the client sends with its CONNECT, anything that becomes a JSON object; null for nothing. Of revision 3
   *     a map, which travels as the namespace's query
   */
  public TestClient connect(String namespace, @Nullable Object auth) {
    return start(namespace, auth).awaitDecision();
  }

  /** Connects and does not wait for the server's decision. */
  public TestClient start(String namespace, @Nullable Object auth) {
    ClientConnection connection =
        new ClientConnection(network, network.open(address), engine, mapper, msgpack);
    TestClient client = connection.add(namespace, auth);
    connection.engine().open();
    return client;
  }

  /** Requests from the same address. */
  public TestHttp http() {
    return new TestHttp(network, network.open(address), engine.headers());
  }
}
