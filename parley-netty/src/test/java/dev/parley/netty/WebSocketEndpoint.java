package dev.parley.netty;

import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import dev.parley.server.transport.WebSocketSettings;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Accepts every request as a WebSocket and echoes messages as Engine.IO does, so text comes back behind a 4. */
class WebSocketEndpoint implements Endpoint {
  static final int MAX_MESSAGE = 100_000;

  final BlockingQueue<WebSocketLink> links = new LinkedBlockingQueue<>();
  final BlockingQueue<Closed> closed = new LinkedBlockingQueue<>();
  final BlockingQueue<Boolean> writable = new LinkedBlockingQueue<>();
  WebSocketSettings settings = new WebSocketSettings(Headers.none(), MAX_MESSAGE, null);

  record Closed(int code, @Nullable Throwable cause) {}

  @Override
  public void onRequest(HttpExchange exchange) {
    exchange.accept(settings, new Echo());
  }

  WebSocketLink link() throws InterruptedException {
    WebSocketLink link = links.poll(10, TimeUnit.SECONDS);
    if (link == null) {
      throw new AssertionError("no WebSocket was opened");
    }
    return link;
  }

  Closed closed() throws InterruptedException {
    Closed end = closed.poll(10, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("no WebSocket was closed");
    }
    return end;
  }

  void onMessage(WebSocketLink link, Message message) {
    link.write(Outgoing.message(message, true), Revision.V4, false);
    link.flush();
  }

  final class Echo implements WebSocketHandler {
    private @Nullable WebSocketLink link;

    @Override
    public void onOpen(WebSocketLink opened) {
      link = opened;
      links.add(opened);
    }

    @Override
    public void onMessage(Message message) {
      WebSocketEndpoint.this.onMessage(link, message);
    }

    @Override
    public void onWritable() {
      writable.add(true);
    }

    @Override
    public void onClose(int code, @Nullable Throwable cause) {
      closed.add(new Closed(code, cause));
    }
  }
}
