package dev.parley.netty;

import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketSettings;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One request. Whoever {@link #claim claims} it decides how it ends: the endpoint by an answer from any thread, or
 * the lane because the client went away or was too slow. All else is for the lane only.
 */
final class NettyExchange implements HttpExchange {
  private static final System.Logger LOG = System.getLogger("dev.parley.netty");
  private static final AtomicIntegerFieldUpdater<NettyExchange> CLAIMED =
      AtomicIntegerFieldUpdater.newUpdater(NettyExchange.class, "claimed");

  private final HttpConnection connection;
  private final HttpRequest request;
  private final boolean http10;
  private final boolean keepAlive;
  private final boolean expectsContinue;

  /** Announced length of the body; 0 for none, -1 if it comes in chunks. */
  private final long contentLength;

  private volatile int claimed;
  private boolean bodyRequested;
  private boolean bodyEnded;
  private @Nullable RequestBody body;
  private @Nullable BodyReader reader;
  private @Nullable Runnable onAbort;

  NettyExchange(
      HttpConnection connection,
      HttpRequest request,
      io.netty.handler.codec.http.HttpRequest head) {
    this.connection = connection;
    this.request = request;
    this.http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    this.keepAlive = HttpUtil.isKeepAlive(head);
    this.expectsContinue = !http10
        && head.headers().containsValue(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true);
    this.contentLength =
        HttpUtil.isTransferEncodingChunked(head) ? -1 : HttpUtil.getContentLength(head, 0L);
    this.bodyEnded = contentLength == 0;
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public Lane lane() {
    return connection.lane;
  }

  boolean isHead() {
    return request.method().equals("HEAD");
  }

  boolean isHttp10() {
    return http10;
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  boolean bodyEnded() {
    return bodyEnded;
  }

  /** True if a further request may follow the answer, which needs a body read to its end. */
  boolean keepAlive() {
    return keepAlive && bodyEnded;
  }

  /** @return true for the one caller who may end this exchange. Any thread */
  boolean claim() {
    return CLAIMED.compareAndSet(this, 0, 1);
  }

  @Override
  public void readBody(int maxBytes, BodyReader bodyReader) {
    if (bodyRequested) {
      throw new IllegalStateException("the body was asked for before");
    }
    bodyRequested = true;
    if (!connection.isServing(this)) {
      bodyReader.onAborted();
    } else if (bodyEnded) {
      bodyReader.onBody(new byte[0]);
    } else if (contentLength > maxBytes) {
      bodyReader.onTooLarge();
    } else {
      reader = bodyReader;
      body = new RequestBody(contentLength < 0 ? maxBytes : (int) contentLength);
      connection.readBody(this);
    }
  }

  /** The body that is being read, or null. */
  @Nullable
  RequestBody body() {
    return body;
  }

  void bodyComplete() {
    byte[] bytes = body.bytes();
    BodyReader known = reader;
    body = null;
    reader = null;
    bodyEnded = true;
    known.onBody(bytes);
  }

  void bodyTooLarge() {
    BodyReader known = reader;
    body = null;
    reader = null;
    known.onTooLarge();
  }

  /** No more of the body will come. */
  void bodyGone() {
    BodyReader known = reader;
    body = null;
    reader = null;
    if (known != null) {
      guarded(known::onAborted);
    }
  }

  /** The client is gone, or treated as gone. */
  void gone() {
    Runnable action = onAbort;
    onAbort = null;
    bodyGone();
    if (action != null) {
      guarded(action);
    }
  }

  /** A failing endpoint must not keep the lane from what else has to end. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the endpoint failed at the end of a request", e);
    }
  }

  @Override
  public void respond(HttpResponse response) {
    if (claim()) {
      onLane(() -> connection.answer(this, response));
    }
  }

  @Override
  public void abort() {
    if (claim()) {
      onLane(() -> connection.abort(this));
    }
  }

  private void onLane(Runnable action) {
    if (connection.lane.inLane()) {
      action.run();
      return;
    }
    try {
      connection.lane.execute(action);
    } catch (RejectedExecutionException closed) {
      // The host has closed, and the connection with it.
      onAbort = null;
    }
  }

  @Override
  public void onAbort(@Nullable Runnable action) {
    onAbort = action;
  }

  @Override
  public void accept(WebSocketSettings settings, WebSocketHandler handler) {
    if (claim() && connection.isServing(this)) {
      connection.accept(this, settings, handler);
    }
  }
}
