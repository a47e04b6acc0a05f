package dev.parley.test;

import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketSettings;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request in memory. Who claims it decides how it ends. */
final class MemoryExchange implements HttpExchange {
  private final MemoryHost host;
  private final MemoryLane lane;
  private final HttpRequest request;
  private final long contentLength;
  private final Consumer<TestReply> onReply;
  private final AtomicBoolean claimed = new AtomicBoolean();

  /** Who asks for a WebSocket; null for a plain request. */
  private final ClientNetwork.@Nullable LinkListener opener;

  /** All below belongs to the lane. */
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  private boolean bodyAsked;
  private boolean bodyEnded;
  private int maxBodyBytes;
  private @Nullable BodyReader reader;
  private @Nullable Runnable onAbort;
  private @Nullable MemoryLink link;

  MemoryExchange(
      MemoryHost host,
      MemoryLane lane,
      HttpRequest request,
      long contentLength,
      Consumer<TestReply> onReply,
      ClientNetwork.@Nullable LinkListener opener) {
    this.host = host;
    this.lane = lane;
    this.request = request;
    this.contentLength = contentLength;
    this.onReply = onReply;
    this.opener = opener;
    this.bodyEnded = contentLength == 0;
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public void readBody(int maxBytes, BodyReader bodyReader) {
    lane.requireLane("read a body");
    if (bodyAsked) {
      throw new IllegalStateException("the body was asked for before");
    }
    bodyAsked = true;
    maxBodyBytes = maxBytes;
    reader = bodyReader;
    if (claimed.get()) {
      bodyGone();
    } else if (contentLength > maxBytes) {
      bodyTooLarge();
    } else {
      checkBody();
    }
  }

  private void checkBody() {
    BodyReader known = reader;
    if (known == null) {
      return;
    }
    if (body.size() > maxBodyBytes) {
      bodyTooLarge();
    } else if (bodyEnded) {
      reader = null;
      known.onBody(body.toByteArray());
    }
  }

  private void bodyTooLarge() {
    BodyReader known = reader;
    reader = null;
    if (known != null) {
      known.onTooLarge();
    }
  }

  private void bodyGone() {
    BodyReader known = reader;
    reader = null;
    if (known != null) {
      known.onAborted();
    }
  }

  /** More of the body. On the lane. */
  void bodyArrived(byte[] bytes) {
    if (!claimed.get() || reader != null) {
      body.writeBytes(bytes);
      checkBody();
    }
  }

  /** On the lane. */
  void bodyComplete() {
    bodyEnded = true;
    checkBody();
  }

  @Override
  public void respond(HttpResponse response) {
    if (claimed.compareAndSet(false, true)) {
      onLane(() -> answer(new TestReply(response.status(), response.headers(), response.body())));
    }
  }

  private void answer(TestReply reply) {
    host.forget(this);
    bodyGone();
    host.toClients(() -> onReply.accept(reply));
  }

  @Override
  public void abort() {
    if (claimed.compareAndSet(false, true)) {
      onLane(() -> answer(TestReply.CUT));
    }
  }

  private void onLane(Runnable action) {
    if (lane.inLane()) {
      action.run();
    } else {
      lane.execute(action);
    }
  }

  /** The client goes away. On the lane. */
  void clientGone() {
    MemoryLink open = link;
    if (open != null) {
      open.peerGone();
    } else if (claimed.compareAndSet(false, true)) {
      host.forget(this);
      gone();
    }
  }

  /** The host closes. On the lane. */
  void hostGone() {
    if (claimed.compareAndSet(false, true)) {
      host.toClients(() -> onReply.accept(TestReply.CUT));
      gone();
    }
  }

  private void gone() {
    Runnable action = onAbort;
    onAbort = null;
    bodyGone();
    if (action != null) {
      action.run();
    }
  }

  @Override
  public void onAbort(@Nullable Runnable action) {
    lane.requireLane("watch for an abort");
    onAbort = action;
  }

  @Override
  public void accept(WebSocketSettings settings, WebSocketHandler handler) {
    lane.requireLane("accept a WebSocket");
    if (!claimed.compareAndSet(false, true)) {
      return;
    }
    host.forget(this);
    TestReply refusal = handshakeFault();
    ClientNetwork.LinkListener listener = opener;
    if (refusal != null || listener == null) {
      TestReply reply = refusal != null ? refusal : refusal(400, "no WebSocket was asked for");
      host.toClients(() -> onReply.accept(reply));
      return;
    }
    MemoryLink open = new MemoryLink(host, lane, handler, settings.maxMessageBytes(), listener);
    link = open;
    Headers headers =
        Headers.of("Upgrade", "websocket", "Connection", "Upgrade").and(settings.headers());
    host.toClients(() -> listener.onOpen(headers));
    open.open();
  }

  /** The WebSocket that came of this; null if none did. On the lane. */
  @Nullable
  MemoryLink link() {
    return link;
  }

  /** RFC 6455, section 4.2.1. */
  private @Nullable TestReply handshakeFault() {
    if (!request.method().equals("GET") || !request.wantsWebSocket()) {
      return refusal(400, "a WebSocket handshake is a GET that asks for the upgrade");
    }
    if (!"13".equals(request.header("Sec-WebSocket-Version"))) {
      return refusal(426, "WebSocket version 13 is needed");
    }
    List<String> keys = request.headers().all("Sec-WebSocket-Key");
    return keys.size() == 1 && isKey(keys.get(0))
        ? null
        : refusal(400, "Sec-WebSocket-Key must be 16 bytes in base64, once");
  }

  private static boolean isKey(String key) {
    try {
      return Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static TestReply refusal(int status, String why) {
    HttpResponse response = HttpResponse.text(status, why);
    return new TestReply(status, response.headers(), response.body());
  }
}
