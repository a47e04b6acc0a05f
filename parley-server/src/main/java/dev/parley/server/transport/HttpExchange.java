package dev.parley.server.transport;

import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** One request and the one answer it gets. */
public interface HttpExchange {
  HttpRequest request();

  /** The lane of this request's connection; all callbacks come on it. */
  Lane lane();

  /**
   * Reads the body. Memory grows with what has arrived, never with what the peer announced. Lane only, at most once.
   *
   * @param maxBytes a longer body is reported as soon as that is known, and the rest of it is not read
   */
  void readBody(int maxBytes, BodyReader reader);

  /**
   * Answers the request. Any thread; a second answer is ignored, and so is one after the client went away. If the body was
   * not read to its end, the connection closes after the answer.
   */
  void respond(HttpResponse response);

  /** Cuts the connection without an answer. Any thread. */
  void abort();

  /** Sets what runs, on the lane, if the client goes away before it was answered. Lane only; the last one set counts. */
  void onAbort(@Nullable Runnable action);

  /**
   * Answers a WebSocket handshake with 101 and hands the connection over. A handshake that RFC 6455 does not allow is
   * answered with 400 (426 for a version that is not 13), and the handler hears nothing. Lane only, at most once.
   */
  void accept(WebSocketSettings settings, WebSocketHandler handler);

  /** Takes a body that arrives. All calls on the exchange's lane, exactly one of them. */
  interface BodyReader {
    void onBody(byte[] body);

    /** The body is longer than allowed. The exchange still waits for its answer. */
    void onTooLarge();

    /** The client went away or was too slow; there is nobody to answer. */
    void onAborted();
  }
}
