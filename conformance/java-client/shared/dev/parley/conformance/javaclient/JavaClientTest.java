package dev.parley.conformance.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Parley;
import dev.parley.Refused;
import dev.parley.conformance.ConformanceServer;
import io.socket.client.Ack;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What the official Java client must be able to do, over every transport. */
@ParameterizedClass(name = "{0}")
@EnumSource(Way.class)
@Timeout(60)
class JavaClientTest {
  private static Parley parley;

  @Parameter
  Way way;

  private final List<Client> clients = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    parley = ConformanceServer.startDemo();
    parley.of("/members").admit(attempt -> {
      throw new Refused("members only");
    });
  }

  @AfterAll
  static void stop() {
    parley.close();
  }

  @AfterEach
  void closeClients() {
    clients.forEach(Client::close);
  }

  @Test
  void isWelcomedOnTheTransportItAskedFor() throws Exception {
    Client client = open("/");
    assertJson(client.next("welcome"), "[{\"nsp\":\"/\",\"text\":\"welcome\"}]");
    settle(client);
  }

  @Test
  void echoesText() throws Exception {
    Client client = open("/");
    assertEchoes(client, "hello");
    assertEchoes(client, "");
    assertEchoes(client);
    assertEchoes(client, "a", 1, true, false, "b");
  }

  @Test
  void echoesUnicodeAndEmoji() throws Exception {
    Client client = open("/");
    settle(client);
    assertEchoes(client, "é ä ß — てすと — Я Б Г — 你好 — 👩‍👩‍👧‍👦 🇩🇪");
  }

  @Test
  void echoesALongString() throws Exception {
    assertEchoes(open("/"), "0123456789".repeat(9_000));
  }

  @Test
  void echoesJson() throws Exception {
    Client client = open("/");
    String json = "{\"a\":{\"b\":[{\"c\":[[],{},null]}]},\"none\":null,\"numbers\":[0,-1,1.5,2147483648]}";
    client.emit("echo", new JSONObject(json), new JSONArray("[\"k 🔑\",[1]]"));
    assertJson(client.next("echo"), "[" + json + ",[\"k 🔑\",[1]]]");
  }

  @Test
  void echoesBinary() throws Exception {
    Client client = open("/");
    client.emit("echo", bytes(1, 2, 0, 255), new JSONObject().put("file", bytes(3)), "text");
    Object[] echo = client.next("echo");
    assertThat((byte[]) echo[0]).isEqualTo(bytes(1, 2, 0, 255));
    assertThat((byte[]) ((JSONObject) echo[1]).get("file")).isEqualTo(bytes(3));
    assertThat(echo[2]).isEqualTo("text");

    byte[] large = new byte[30_000];
    client.emit("echo", large);
    assertThat((byte[]) client.next("echo")[0]).isEqualTo(large);
  }

  @Test
  void isAnswered() throws Exception {
    Client client = open("/");
    assertThat(client.call("ack")).isEmpty();
    assertJson(client.call("ack", 1, "two", new JSONObject("{\"three\":[null]}")), "[1,\"two\",{\"three\":[null]}]");
    assertThat((byte[]) client.call("ack", bytes(9, 8))[0]).isEqualTo(bytes(9, 8));
  }

  @Test
  void answersWhatTheServerAsks() throws Exception {
    Client client = open("/");
    client.emit("ask", "why");
    Object[] question = client.next("question");
    assertThat(question[0]).isEqualTo("why");
    ((Ack) question[1]).call("because", bytes(3), 7);
    Object[] answer = client.next("answer");
    assertThat(answer[0]).isEqualTo("because");
    assertThat((byte[]) answer[1]).isEqualTo(bytes(3));
    assertThat(answer[2]).isEqualTo(7);
  }

  @Test
  void livesInANamespaceOfItsOwn() throws Exception {
    Client root = open("/");
    Client chat = sibling(root, "/chat");
    chat.next("connect");
    assertJson(chat.next("welcome"), "[{\"nsp\":\"/chat\",\"text\":\"welcome\"}]");
    assertEchoes(chat, "in the chat");
    root.fence();
    root.assertNothingCame("echo");
  }

  @Test
  void isRefusedWithDataAndThenHearsNothing() throws Exception {
    Client root = open("/");
    Client outsider = sibling(root, "/admin");
    if (Generation.hearsDetails()) {
      Object refusal = outsider.next(Generation.REFUSED)[0];
      assertThat(Generation.message(refusal)).isEqualTo("not authorized");
      assertJson(Generation.details(refusal), "{\"hint\":\"token\"}");
    }
    outsider.emit("echo", "let me in");
    root.fence();
    outsider.assertNothingCame("connect");
    outsider.assertNothingCame("welcome");
    outsider.assertNothingCame("echo");
  }

  @Test
  void isToldWhyItIsRefused() throws Exception {
    Client outsider = sibling(open("/"), "/members");
    assertThat(Generation.message(outsider.next(Generation.REFUSED)[0])).isEqualTo("members only");
  }

  @Test
  void isAdmittedWithTheToken() throws Exception {
    Client admin = added(Client.openWithToken(url() + "/admin", way, "secret"));
    assertJson(admin.next("welcome"), "[{\"nsp\":\"/admin\",\"text\":\"welcome\"}]");
    assertEchoes(admin, "inside");
  }

  @Test
  void meetsOthersInRooms() throws Exception {
    Client speaker = open("/");
    Client member = open("/");
    Client outsider = open("/");
    assertThat(speaker.call("join", "tea")).containsExactly("joined");
    assertThat(member.call("join", "tea")).containsExactly("joined");

    speaker.emit("shout", "tea", "psst");
    assertThat(member.next("shout")).containsExactly("psst");
    speaker.emit("announce", "tea", "hear", bytes(3));
    for (Client client : List.of(speaker, member)) {
      assertThat((byte[]) client.next("announce")[1]).isEqualTo(bytes(3));
    }
    speaker.fence();
    outsider.fence();
    speaker.assertNothingCame("shout");
    outsider.assertNothingCame("shout");
    outsider.assertNothingCame("announce");

    assertThat(member.call("leave", "tea")).containsExactly("left");
    speaker.emit("announce", "tea", "anybody?");
    assertThat(speaker.next("announce")).containsExactly("anybody?");
    member.fence();
    member.assertNothingCame("announce");
  }

  @Test
  void isSentAway() throws Exception {
    Client client = added(Client.open(url() + "/", way, true));
    client.next("connect");
    client.emit("kick");
    assertThat(client.next("disconnect")).containsExactly("io server disconnect");
  }

  @Test
  void comesBackWhenItsConnectionIsDropped() throws Exception {
    Client client = added(Client.open(url() + "/", way, true));
    client.next("connect");
    settle(client);
    client.emit("drop");
    // Over WebSocket this client does not answer the server's close, but misses its heartbeat.
    assertThat(client.next("disconnect")[0])
        .isIn("transport close", "transport error", "ping timeout");
    client.next("connect");
    assertEchoes(client, "back again");
  }

  private Client open(String namespace) throws URISyntaxException, InterruptedException {
    Client client = added(Client.open(url() + namespace, way, false));
    client.next("connect");
    return client;
  }

  private Client sibling(Client client, String namespace) {
    return added(client.sibling(namespace));
  }

  private Client added(Client client) {
    clients.add(client);
    return client;
  }

  private static String url() {
    return "http://localhost:" + parley.port();
  }

  /** Waits for the transport that the client ends on, as the server sees it. */
  private void settle(Client client) throws Exception {
    for (int i = 0; i < 1_000; i++) {
      JSONObject me = (JSONObject) client.call("whoami")[0];
      if (me.getString("transport").equals(way.ends())) {
        return;
      }
    }
    throw new AssertionError("the client does not end on " + way.ends());
  }

  private static void assertEchoes(Client client, Object... args) throws InterruptedException {
    client.emit("echo", args);
    assertThat(client.next("echo")).containsExactly(args);
  }

  private static void assertJson(Object[] actual, String expected) {
    StringBuilder json = new StringBuilder("[");
    for (Object value : actual) {
      json.append(json.length() > 1 ? "," : "")
          .append(value instanceof String text ? JSONObject.quote(text) : value);
    }
    assertJson((Object) json.append(']'), expected);
  }

  private static void assertJson(Object actual, String expected) {
    assertThat(JsonMapper.shared().readTree(actual.toString()))
        .isEqualTo(JsonMapper.shared().readTree(expected));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
