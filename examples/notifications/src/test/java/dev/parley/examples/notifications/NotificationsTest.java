package dev.parley.examples.notifications;

import static dev.parley.cluster.Eventually.received;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.ParleyBuilder;
import dev.parley.cluster.Cluster;
import dev.parley.cluster.MemoryBus;
import dev.parley.cluster.ParleyEmitter;
import dev.parley.examples.notifications.SocketServer.BadTokens;
import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import dev.parley.test.TestConnector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two servers of sockets, and the REST service that pushes to the clients of both. */
class NotificationsTest {
  private static final String PAGE = "http://localhost:8000";

  private final String name = UUID.randomUUID().toString();
  private final String bus = "memory://" + name;
  private final Tokens tokens = Forged.tokens();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Set<Thread> threadsBefore;
  private RestService rest;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    threadsBefore = new HashSet<>(Thread.getAllStackTraces().keySet());
    ParleyEmitter emitter = ParleyEmitter.at(bus);
    rest = new RestService(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        new FollowApi(tokens, emitter, Forged.CLOCK),
        emitter,
        List.of(PAGE));
    open.add(rest);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private ParleyTest server(BadTokens badTokens) {
    ParleyTest server = ParleyTest.blocking(
        builder -> options(builder), parley -> SocketServer.setUp(parley, tokens, badTokens));
    open.add(server);
    return server;
  }

  private void options(ParleyBuilder builder) {
    SocketServer.options(builder, Cluster.at(bus), () -> "http://localhost:8001");
  }

  private TestClient device(ParleyTest server, String user) {
    return server.connect("/", Map.of("token", token(user)));
  }

  private String token(String user) {
    return tokens.issue(user, Duration.ofHours(1));
  }

  @Test
  void everyDeviceOfTheFollowedHearsOfItOnEveryServerAndNobodyElse() throws Exception {
    ParleyTest one = server(BadTokens.REFUSE);
    ParleyTest two = server(BadTokens.REFUSE);
    TestClient phone = device(one, "2");
    TestClient laptop = device(two, "2");
    TestClient follower = device(one, "1");
    TestClient stranger = device(two, "3");

    HttpResponse<String> response = post("/follow/2", token("1"), "");

    assertThat(response.statusCode()).isEqualTo(200);
    for (TestClient device : List.of(phone, laptop)) {
      assertThat(received(device, "following_notification").toList())
          .containsExactly(Map.of("message", "Ada started following you"));
      assertThat(received(device, "new_follower").toList())
          .containsExactly(Map.of(
              "follower_id", "1",
              "follower_name", "Ada",
              "follower_avatar", "/avatars/ada.svg",
              "timestamp", Forged.CLOCK.millis()));
    }
    assertThat(follower.received()).isEmpty();
    assertThat(stranger.received()).isEmpty();
  }

  @Test
  void reachesEveryGenerationOfClientsWithTheTokenInTheQuery() throws Exception {
    ParleyTest server = server(BadTokens.REFUSE);
    TestConnector withToken = server.client().query("token", token("2"));
    TestClient old = withToken.revision3().connect();
    TestClient recent = withToken.connect();
    post("/follow/2", token("1"), "");
    received(old, "new_follower");
    received(recent, "new_follower");
  }

  @Test
  void prefersTheTokenThatDoesNotEndUpInLogs() {
    ParleyTest server = server(BadTokens.REFUSE);
    TestClient client =
        server.client().query("token", token("2")).connect("/", Map.of("token", "bad"));
    assertThat(client.refused()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("dev.parley.examples.notifications.Forged#all")
  void refusesBadTokensWithTheReason(Forged forged) {
    ParleyTest server = server(BadTokens.REFUSE);
    TestClient client = server.connect("/", Map.of("token", forged.token()));
    assertThat(client.connected()).isFalse();
    assertThat(client.refused().data()).isEqualTo(Map.of("code", forged.reason().code()));
    assertThat(client.refused().message()).isEqualTo(new BadToken(forged.reason()).getMessage());
  }

  @ParameterizedTest
  @MethodSource("dev.parley.examples.notifications.Forged#all")
  void letsBadTokensInToHearNothingIfThatIsWanted(Forged forged) throws Exception {
    ParleyTest server = server(BadTokens.ADMIT_SILENTLY);
    TestClient good = device(server, "2");
    TestClient bad = server.connect("/", Map.of("token", forged.token()));
    TestClient without = server.connect();

    post("/follow/2", token("1"), "");

    received(good, "new_follower");
    for (TestClient client : List.of(bad, without)) {
      assertThat(client.connected()).isTrue();
      assertThat(client.received()).isEmpty();
      assertThat(server.server().of("/").socket(client.id()).orElseThrow().rooms())
          .containsExactly(client.id());
    }
  }

  @Test
  void forgetsTheRoomOfAUserWhoHasLeft() {
    ParleyTest server = server(BadTokens.REFUSE);
    TestClient client = device(server, "2");
    assertThat(server.server().of("/").sockets("2")).hasSize(1);
    client.close();
    server.settle();
    assertThat(server.server().of("/").sockets("2")).isEmpty();
  }

  @Test
  void pushesWithoutAThreadThatListens() throws Exception {
    post("/follow/2", token("1"), "");
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeAll(threadsBefore);
    threads.removeIf(thread -> thread.getName().startsWith("HttpClient-"));
    assertThat(threads)
        .extracting(Thread::getName)
        .containsExactlyInAnyOrder(
            "HTTP-Dispatcher", "idle-timeout-task", "req-rsp-timeout-task", "rest-1");
  }

  @Test
  void tellsOfANewFollowerOnceUntilTheFollowingEnds() throws Exception {
    TestClient grace = device(server(BadTokens.REFUSE), "2");
    assertThat(json(post("/follow/2", token("1"), "")).path("new").asBoolean()).isTrue();
    assertThat(json(post("/follow/2", token("1"), "")).path("new").asBoolean()).isFalse();
    assertThat(json(send("GET", "/following", token("1"), "")).toString()).isEqualTo("[\"2\"]");
    send("DELETE", "/follow/2", token("1"), "");
    assertThat(json(send("GET", "/following", token("1"), "")).toString()).isEqualTo("[]");
    post("/follow/2", token("1"), "");
    received(grace, "new_follower", 2);
  }

  @Test
  void givesATokenToWhoLogsIn() throws Exception {
    JsonNode answer = json(post("/login", null, "{\"user\":\"3\"}"));
    assertThat(tokens.userId(answer.path("token").stringValue())).isEqualTo("3");
    assertThat(answer.path("expires_in").intValue()).isEqualTo(3600);
    assertThat(answer.at("/user/name").stringValue()).isEqualTo("Edsger");
  }

  @ParameterizedTest
  @MethodSource("dev.parley.examples.notifications.Forged#all")
  void followsNobodyWithABadToken(Forged forged) throws Exception {
    TestClient grace = device(server(BadTokens.REFUSE), "2");
    HttpResponse<String> response = post("/follow/2", forged.token(), "");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(json(response).path("error").stringValue())
        .isEqualTo(new BadToken(forged.reason()).getMessage());
    assertThat(grace.received()).isEmpty();
  }

  @Test
  void followsNobodyWithoutAToken() throws Exception {
    assertThat(post("/follow/2", null, "").statusCode()).isEqualTo(401);
    assertThat(send("GET", "/following", null, "").statusCode()).isEqualTo(401);
    HttpRequest basic = request("/follow/2")
        .header("Authorization", "Basic " + token("1"))
        .POST(BodyPublishers.noBody())
        .build();
    assertThat(http.send(basic, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      POST   | /login        |                        | 400 | GET /users
      POST   | /login        | {                      | 400 | no JSON
      POST   | /login        | {"user":"9"}           | 400 | GET /users
      POST   | /login        | {"user":1}             | 400 | GET /users
      POST   | /login        | []                     | 400 | GET /users
      GET    | /login        |                        | 405 | POST
      POST   | /users        |                        | 405 | GET
      POST   | /following    |                        | 405 | GET
      GET    | /follow/2     |                        | 405 | POST or DELETE
      POST   | /follow/1     |                        | 400 | yourself
      POST   | /follow/9     |                        | 404 | no such user
      POST   | /follow/      |                        | 404 | no such user
      POST   | /follow/2/3   |                        | 404 | nothing here
      POST   | /follow       |                        | 404 | nothing here
      GET    | /             |                        | 404 | nothing here
      """)
  void saysInJsonWhatIsWrong(String method, String path, String body, int status, String why)
      throws Exception {
    HttpResponse<String> response = send(method, path, token("1"), body == null ? "" : body);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(json(response).path("error").stringValue()).contains(why);
  }

  @Test
  void readsNoLongBody() throws Exception {
    assertThat(post("/login", null, " ".repeat(5000)).statusCode()).isEqualTo(413);
  }

  @Test
  void letsThePageCallAndNoOther() throws Exception {
    assertThat(preflight(PAGE).headers().firstValue("Access-Control-Allow-Origin"))
        .contains(PAGE);
    assertThat(preflight(PAGE).headers().firstValue("Access-Control-Allow-Headers"))
        .contains("authorization, content-type");
    assertThat(preflight("http://evil.example").headers().map())
        .doesNotContainKey("access-control-allow-origin");
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    HttpRequest request = request("/follow/2")
        .method("OPTIONS", BodyPublishers.noBody())
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .build();
    return http.send(request, BodyHandlers.ofString());
  }

  @Test
  void saysWhetherTheBrokerIsThere() throws Exception {
    HttpResponse<String> response = send("GET", "/health", null, "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("broker").asBoolean()).isTrue();
  }

  @Test
  void followsAlsoWhileTheBrokerIsAwayAndCountsWhatIsLost() throws Exception {
    TestClient grace = device(server(BadTokens.REFUSE), "2");
    MemoryBus.hub(name).down();
    assertThat(post("/follow/2", token("1"), "").statusCode()).isEqualTo(200);
    HttpResponse<String> health = send("GET", "/health", null, "");
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(json(health).path("lost").intValue()).isEqualTo(2);

    MemoryBus.hub(name).up();
    post("/follow/2", token("3"), "");
    assertThat(received(grace, "following_notification").toList())
        .containsExactly(Map.of("message", "Edsger started following you"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page.js", "/style.css", "/icon.svg", "/avatars/barbara.svg"})
  void servesThePage(String path) {
    var response = server(BadTokens.REFUSE).http().get(path);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers().first("Content-Security-Policy"))
        .contains("default-src 'self'", "connect-src 'self' http://localhost:8001");
  }

  private HttpResponse<String> post(String path, String token, String body) throws Exception {
    return send("POST", path, token, body);
  }

  private HttpResponse<String> send(String method, String path, String token, String body)
      throws Exception {
    HttpRequest.Builder request = request(path).method(method, BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rest.port() + path));
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
