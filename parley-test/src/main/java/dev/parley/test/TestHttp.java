package dev.parley.test;

import dev.parley.http.Headers;
import java.nio.charset.StandardCharsets;

/**
 * Plain HTTP requests to the server, for tests of pages, of the transport's rules, or of what a hostile client may try. All
 * requests of one of these come from one machine. {@link #header} returns a changed copy.
 *
 * <pre>{@code
 * TestReply reply = test.http().get("/socket.io/?EIO=4&transport=polling");
 * assertEquals(200, reply.status());
 * }</pre>
 */
public final class TestHttp {
  private final ClientNetwork network;
  private final ClientNetwork.Peer peer;
  private final Headers headers;

  TestHttp(ClientNetwork network, ClientNetwork.Peer peer, Headers headers) {
    this.network = network;
    this.peer = peer;
    this.headers = headers;
  }

  /** The same with a header field in every request. */
  public TestHttp header(String name, String value) {
    return new TestHttp(network, peer, headers.and(name, value));
  }

  /** @param target path and query, as they are to be sent */
  public TestReply get(String target) {
    return send("GET", target, new byte[0]);
  }

  /** Posts text, with the content type of the official clients. */
  public TestReply post(String target, String body) {
    return ofType("text/plain;charset=UTF-8")
        .send("POST", target, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Posts bytes. */
  public TestReply post(String target, byte[] body) {
    return ofType("application/octet-stream").send("POST", target, body);
  }

  private TestHttp ofType(String contentType) {
    return headers.has("Content-Type") ? this : header("Content-Type", contentType);
  }

  /** Sends a request and waits for what comes back. */
  public TestReply send(String method, String target, byte[] body) {
    return start(method, target, body).reply();
  }

  /** Sends a request that may stay unanswered for long, as a poll does. */
  public TestRequest start(String method, String target) {
    return start(method, target, new byte[0]);
  }

  /** Sends a request with a body, and does not wait for its answer. */
  public TestRequest start(String method, String target, byte[] body) {
    TestRequest request = begin(method, target, body.length);
    return body.length == 0 ? request : request.write(body).end();
  }

  /** Sends the head of a request whose body the test writes bit by bit. @param contentLength -1 for chunks */
  public TestRequest begin(String method, String target, long contentLength) {
    TestRequest request = new TestRequest(network, method + " " + target);
    request.sent(peer.request(method, target, headers, contentLength, request::answered));
    return request;
  }

  /** Opens a WebSocket from the same machine. Returns at once: the server may refuse it. */
  public TestWebSocket webSocket(String target) {
    return new TestWebSocket(network, peer, target, headers);
  }
}
