package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketSettings;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request whose answer is recorded. */
final class FakeExchange implements HttpExchange {
  private final HttpRequest request;
  private final ManualLane lane;
  /** Null: the client has not sent it yet. */
  private byte @Nullable [] body;

  private @Nullable BodyReader reader;
  private int maxBytes;
  private @Nullable Runnable onAbort;
  private @Nullable HttpResponse response;
  private boolean aborted;
  private @Nullable FakeLink link;
  private @Nullable WebSocketSettings settings;

  FakeExchange(HttpRequest request, ManualLane lane, byte @Nullable [] body) {
    this.request = request;
    this.lane = lane;
    this.body = body;
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public ManualLane lane() {
    return lane;
  }

  @Override
  public void readBody(int maxBytes, BodyReader reader) {
    assertThat(lane.inLane()).as("readBody on the lane").isTrue();
    assertThat(this.reader).as("readBody at most once").isNull();
    this.reader = reader;
    this.maxBytes = maxBytes;
    lane.execute(this::handBody);
  }

  private void handBody() {
    if (body == null || reader == null) {
      return;
    }
    if (body.length > maxBytes) {
      reader.onTooLarge();
    } else {
      reader.onBody(body);
    }
  }

  /** The rest of the body arrives. */
  void sendBody(String text) {
    body = text.getBytes(StandardCharsets.UTF_8);
    lane.on(this::handBody);
  }

  /** The client goes away. */
  void disconnect() {
    lane.on(() -> {
      if (response == null && !aborted && onAbort != null) {
        onAbort.run();
      }
      if (reader != null && body == null) {
        reader.onAborted();
      }
    });
  }

  @Override
  public void respond(HttpResponse response) {
    if (this.response == null && !aborted) {
      this.response = response;
    }
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public void onAbort(@Nullable Runnable action) {
    assertThat(lane.inLane()).as("onAbort on the lane").isTrue();
    onAbort = action;
  }

  @Override
  public void accept(WebSocketSettings settings, WebSocketHandler handler) {
    assertThat(lane.inLane()).as("accept on the lane").isTrue();
    this.settings = settings;
    FakeLink opened = new FakeLink(lane, handler);
    link = opened;
    lane.execute(opened::open);
  }

  boolean answered() {
    return response != null;
  }

  boolean aborted() {
    return aborted;
  }

  boolean bodyWanted() {
    return reader != null;
  }

  HttpResponse response() {
    assertThat(response).as("an answer").isNotNull();
    return response;
  }

  int status() {
    return response().status();
  }

  String text() {
    return new String(response().body(), StandardCharsets.UTF_8);
  }

  @Nullable
  String header(String name) {
    return response().headers().first(name);
  }

  /** Status and body, for tables. */
  String outcome() {
    return link != null ? "101" : (status() + " " + text()).trim();
  }

  FakeLink link() {
    assertThat(link).as("a WebSocket").isNotNull();
    return link;
  }

  WebSocketSettings settings() {
    assertThat(settings).as("a WebSocket").isNotNull();
    return settings;
  }
}
