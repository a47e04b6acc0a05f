package dev.parley.conformance.javaclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client with an inbox for each event, so that nothing is missed between two steps of a test. */
final class Client implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final Map<String, BlockingQueue<Object[]>> inboxes = new ConcurrentHashMap<>();
  private final Socket socket;

  private Client(Socket socket) {
    this.socket = socket;
    for (String event : new String[] {
      "connect", "disconnect", "welcome", "echo", "question", "answer", "shout", "announce", Generation.REFUSED
    }) {
      socket.on(event, args -> inbox(event).add(args));
    }
    socket.connect();
  }

  static Client open(String url, Way way, boolean reconnection) throws URISyntaxException {
    return new Client(IO.socket(url, options(way, reconnection)));
  }

  static Client openWithToken(String url, Way way, String token) throws URISyntaxException {
    return new Client(Generation.open(url, token, options(way, false)));
  }

  /** Another namespace over the same connection. */
  Client sibling(String namespace) {
    return new Client(socket.io().socket(namespace));
  }

  private static IO.Options options(Way way, boolean reconnection) {
    IO.Options options = new IO.Options();
    options.forceNew = true;
    options.reconnection = reconnection;
    options.reconnectionDelay = 10;
    options.transports = way.transports();
    return options;
  }

  private BlockingQueue<Object[]> inbox(String event) {
    return inboxes.computeIfAbsent(event, name -> new LinkedBlockingQueue<>());
  }

  String id() {
    return socket.id();
  }

  void emit(String event, Object... args) {
    socket.emit(event, args);
  }

  /** The acknowledgement of an event. */
  Object[] call(String event, Object... args) throws Exception {
    CompletableFuture<Object[]> answer = new CompletableFuture<>();
    socket.emit(event, args, (Ack) answer::complete);
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The arguments of the next event of this name. */
  Object[] next(String event) throws InterruptedException {
    Object[] args = inbox(event).poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(args).as("the event " + event).isNotNull();
    return args;
  }

  /** After this, what the server sent before has arrived. */
  void fence() throws Exception {
    assertThat(call("ack", "fence")).containsExactly("fence");
  }

  void assertNothingCame(String event) {
    assertThat(inbox(event)).isEmpty();
  }

  @Override
  public void close() {
    socket.io().reconnection(false);
    socket.close();
  }
}
