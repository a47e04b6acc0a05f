package dev.parley.netty;

import dev.parley.http.HttpResponse;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers by path: {@code /} with hello, {@code /headers} with what it saw, {@code /body} with the body (at most 1000
 * bytes), {@code /ignore} without reading it, {@code /later} when the test says so.
 */
final class TestEndpoint implements Endpoint {
  static final int MAX_BODY = 1000;

  /** Exchanges that wait for the test to answer them. */
  final BlockingQueue<HttpExchange> later = new LinkedBlockingQueue<>();

  /** What the endpoint heard, in order. */
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  final AtomicInteger large = new AtomicInteger();

  @Override
  public void onRequest(HttpExchange exchange) {
    switch (exchange.request().path()) {
      case "/":
        exchange.respond(HttpResponse.text(200, "hello"));
        break;
      case "/large":
        large.incrementAndGet();
        exchange.respond(HttpResponse.text(200, "x".repeat(10_000)));
        break;
      case "/headers":
        exchange.respond(HttpResponse.text(
            200,
            exchange.request().toString() + " " + exchange.request().headers().toMap()));
        break;
      case "/body":
        exchange.readBody(MAX_BODY, new Echo(exchange));
        break;
      case "/ignore":
        exchange.respond(HttpResponse.text(200, "ignored"));
        break;
      case "/later":
        exchange.onAbort(() -> events.add("abort"));
        later.add(exchange);
        break;
      case "/fail":
        throw new IllegalStateException("on purpose");
      case "/cut":
        exchange.abort();
        break;
      default:
        exchange.respond(HttpResponse.of(404));
    }
  }

  private final class Echo implements HttpExchange.BodyReader {
    private final HttpExchange exchange;

    Echo(HttpExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void onBody(byte[] body) {
      exchange.respond(HttpResponse.text(200, new String(body, StandardCharsets.ISO_8859_1)));
    }

    @Override
    public void onTooLarge() {
      exchange.respond(HttpResponse.of(413));
    }

    @Override
    public void onAborted() {
      events.add("body aborted");
    }
  }
}
