package dev.parley.server.internal.engine;

import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.protocol.engineio.Jsonp;
import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.WebSocketSettings;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** One request on its way to its answer. Answers may be given on any thread; the first one counts. */
final class Call {
  /** Longer answers are compressed on a handler thread: a megabyte takes the lane as long as a thousand messages. */
  private static final int MAX_COMPRESSED_ON_LANE = 16 * 1024;

  private final Engine engine;
  private final HttpExchange exchange;
  private final Map<String, String> query;
  /** For the answer, whatever it is. */
  private Headers headers;
  /** The client went away. Exchange's lane. */
  private boolean gone;
  /** The body has been asked for. Session's lane. */
  private boolean beingRead;

  Call(Engine engine, HttpExchange exchange, Map<String, String> query, Headers headers) {
    this.engine = engine;
    this.exchange = exchange;
    this.query = query;
    this.headers = headers;
  }

  HttpRequest request() {
    return exchange.request();
  }

  Lane lane() {
    return exchange.lane();
  }

  /** A parameter of the query; an empty one counts as none, as in the reference. */
  @Nullable
  String parameter(String name) {
    String value = query.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  boolean wantsBase64() {
    return parameter("b64") != null;
  }

  /** The digits of the JSONP index, maybe none; null if the request is not JSONP. */
  @Nullable
  String jsonpDigits() {
    String index = query.get("j");
    return index == null ? null : Jsonp.digits(index);
  }

  boolean isOctetStream() {
    String type = request().header("Content-Type");
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
  }

  /** Exchange's lane. */
  void watchForAbort(@Nullable Runnable action) {
    exchange.onAbort(() -> {
      gone = true;
      if (action != null) {
        action.run();
      }
    });
  }

  /** True if there is nobody left to answer. Exchange's lane. */
  boolean isGone() {
    return gone;
  }

  void add(Headers more) {
    headers = headers.and(more);
  }

  /** Session's lane; the reader is called on the exchange's. */
  void readBody(HttpExchange.BodyReader reader) {
    beingRead = true;
    int most = engine.options().maxPayload();
    if (lane().inLane()) {
      exchange.readBody(most, reader);
    } else {
      lane().execute(() -> exchange.readBody(most, reader));
    }
  }

  boolean isBeingRead() {
    return beingRead;
  }

  /** Exchange's lane. */
  void accept(@Nullable String sid, WebSocketTransport transport) {
    if (sid != null) {
      add(engine.firstHeaders(sid, request()));
    }
    int threshold = engine.options().perMessageDeflateThreshold();
    exchange.accept(
        new WebSocketSettings(
            headers.and(engine.hookHeaders(request())),
            engine.options().maxPayload(),
            threshold < 0 ? null : new WebSocketSettings.Deflate(threshold),
            sid != null),
        transport);
  }

  void respond(HttpResponse response) {
    exchange.respond(response.headers(headers).headers(engine.hookHeaders(request())));
  }

  void respondEmpty(int status) {
    respond(HttpResponse.of(status));
  }

  void abort() {
    exchange.abort();
  }

  /** Answers a POST whose packets were taken. */
  void ok() {
    respond(polling(200, "text/html", "ok".getBytes(StandardCharsets.US_ASCII)));
  }

  /** Answers a GET with packets. */
  void payload(Message payload, boolean compress) {
    String type = payload.isText() ? "text/plain; charset=UTF-8" : "application/octet-stream";
    boolean whole = payload.offset() == 0 && payload.length() == payload.array().length;
    HttpResponse plain = polling(200, type, whole ? payload.array() : payload.toBytes());
    int threshold = engine.options().httpCompressionThreshold();
    if (!compress || threshold < 0 || payload.length() < threshold) {
      respond(plain);
      return;
    }
    Compression coding = Compression.choose(request().header("Accept-Encoding"));
    HttpResponse varied = plain.header("Vary", "Accept-Encoding");
    if (coding == null) {
      respond(varied);
    } else if (payload.length() <= MAX_COMPRESSED_ON_LANE) {
      respond(compressed(varied, coding));
    } else {
      compressElsewhere(varied, coding);
    }
  }

  private void compressElsewhere(HttpResponse plain, Compression coding) {
    try {
      engine.handlerExecutor().execute(() -> respond(compressed(plain, coding)));
    } catch (RejectedExecutionException closed) {
      respond(plain);
    }
  }

  static HttpResponse compressed(HttpResponse plain, Compression coding) {
    return new HttpResponse(
        plain.status(),
        plain.headers().and("Content-Encoding", coding.coding()),
        coding.compress(plain.body()));
  }

  private HttpResponse polling(int status, String type, byte[] body) {
    HttpResponse response = HttpResponse.of(status, type, body).header("Cache-Control", "no-store");
    String agent = request().header("User-Agent");
    // Old Internet Explorers take some payloads for an attack and blank them.
    boolean explorer = agent != null && (agent.contains(";MSIE") || agent.contains("Trident/"));
    return explorer ? response.header("X-XSS-Protection", "0") : response;
  }

  /** Turns the request away: in JSON, or for a WebSocket in the reference's words and always with its 400. */
  void refuse(Refusal refusal) {
    engine.report(request(), refusal);
    if (!request().wantsWebSocket()) {
      respond(HttpResponse.json(refusal.status(), refusal.json()));
      return;
    }
    int status = refusal.status() == 403 ? 400 : refusal.status();
    byte[] message = refusal.message().getBytes(StandardCharsets.UTF_8);
    respond(HttpResponse.of(status, "text/html", message).header("Connection", "close"));
  }
}
