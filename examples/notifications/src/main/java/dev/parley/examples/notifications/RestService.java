package dev.parley.examples.notifications;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ParleyEmitter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link FollowApi} over HTTP. It holds no sockets, and hears nothing from the bus: it only speaks to it. The page comes
 * from another origin, so the browser asks here whether that may call.
 */
final class RestService implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RestService.class.getName());
  private static final int THREADS = 4;
  private static final int MAX_BODY_BYTES = 4096;

  /** For a request to come, and for an answer to be taken. */
  private static final String MAX_SECONDS = "10";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpServer server;
  private final ExecutorService threads;
  private final ParleyEmitter emitter;
  private final FollowApi api;
  private final Set<String> pageOrigins;

  /**
   * Listens.
   *
   * @param emitter closed with this
   * @param pageOrigins whose pages may call, for example {@code http://localhost:8000}
   */
  RestService(
      InetSocketAddress address, FollowApi api, ParleyEmitter emitter, List<String> pageOrigins)
      throws IOException {
    this.api = api;
    this.emitter = emitter;
    this.pageOrigins = Set.copyOf(pageOrigins);
    AtomicInteger count = new AtomicInteger();
    this.threads = Executors.newFixedThreadPool(
        THREADS, task -> new Thread(task, "rest-" + count.incrementAndGet()));
    // It reads with these threads, and by default for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", MAX_SECONDS);
    System.setProperty("sun.net.httpserver.maxRspTime", MAX_SECONDS);
    this.server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      FollowApi.Answer answer;
      try {
        answer = answer(exchange);
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "a request failed", e);
        answer = FollowApi.Answer.error(500, "Something went wrong here.");
      }
      send(exchange, answer);
    }
  }

  private FollowApi.@Nullable Answer answer(HttpExchange exchange) throws IOException {
    allowPage(exchange);
    String path = exchange.getRequestURI().getPath();
    if (exchange.getRequestMethod().equals("OPTIONS")) {
      return null;
    }
    if (path.equals("/health")) {
      return health();
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      return FollowApi.Answer.error(413, "The body is longer than " + MAX_BODY_BYTES + " bytes.");
    }
    return api.handle(
        exchange.getRequestMethod(), path, bearer(exchange.getRequestHeaders()), body);
  }

  private FollowApi.Answer health() {
    ClusterHealth health = emitter.health();
    return new FollowApi.Answer(
        health.connected() ? 200 : 503,
        Map.of("broker", health.connected(), "pushed", health.published(), "lost", health.lost()));
  }

  private static @Nullable String bearer(Headers headers) {
    String authorization = headers.getFirst("Authorization");
    return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        ? authorization.substring(7).strip()
        : null;
  }

  private void allowPage(HttpExchange exchange) {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Vary", "Origin");
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (origin != null && pageOrigins.contains(origin)) {
      headers.set("Access-Control-Allow-Origin", origin);
      headers.set("Access-Control-Allow-Methods", "GET, POST, DELETE");
      headers.set("Access-Control-Allow-Headers", "authorization, content-type");
      headers.set("Access-Control-Max-Age", "600");
    }
  }

  /** @param answer null for no body */
  private static void send(HttpExchange exchange, FollowApi.@Nullable Answer answer)
      throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Cache-Control", "no-store");
    if (answer == null) {
      exchange.sendResponseHeaders(204, -1);
      return;
    }
    headers.set("Content-Type", "application/json");
    if (answer.status() == 401) {
      headers.set("WWW-Authenticate", "Bearer");
    }
    byte[] json = JSON.writeValueAsBytes(answer.body());
    exchange.sendResponseHeaders(answer.status(), json.length);
    exchange.getResponseBody().write(json);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    emitter.close();
  }
}
