package dev.parley.test;

import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Message;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Clients of a server on this machine, through the JDK's own client. Its threads only put what they hear into a queue. */
final class JdkNetwork implements ClientNetwork, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What the JDK's client fills in itself. */
  private static final Set<String> OWN_FIELDS = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    OWN_FIELDS.addAll(List.of("Connection", "Content-Length", "Expect", "Host", "Upgrade"));
  }

  private final int port;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
  private final ScheduledExecutorService timers =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "test-timers");
        thread.setDaemon(true);
        return thread;
      });

  JdkNetwork(int port) {
    this.port = port;
  }

  @Override
  public Peer open(String address) {
    return new JdkPeer();
  }

  @Override
  public Runnable after(Duration delay, Runnable action) {
    ScheduledFuture<?> timer =
        timers.schedule(() -> events.add(action), delay.toMillis(), TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
  }

  @Override
  public boolean runUntil(BooleanSupplier condition) {
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - giveUp > 0) {
        return false;
      }
      try {
        // A condition may look at the server, which tells nobody here when it changes.
        Runnable event = events.poll(5, TimeUnit.MILLISECONDS);
        if (event != null) {
          event.run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  @Override
  public void runSome(int tasks) {
    for (int i = 0; i < tasks; i++) {
      Runnable event = events.poll();
      if (event != null) {
        event.run();
      }
    }
  }

  @Override
  public void settle() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
  }

  @Override
  public void close() {
    timers.shutdownNow();
  }

  private final class JdkPeer implements Peer {
    @Override
    public Request request(
        String method,
        String target,
        Headers headers,
        long contentLength,
        Consumer<TestReply> onReply) {
      JdkRequest request = new JdkRequest(contentLength, onReply);
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
      headers.forEach((name, value) -> {
        if (!OWN_FIELDS.contains(name)) {
          builder.header(name, value);
        }
      });
      builder.method(method, request.publisher());
      request.start(client.sendAsync(builder.build(), HttpResponse.BodyHandlers.ofByteArray()));
      return request;
    }

    @Override
    public Link webSocket(String target, Headers headers, LinkListener listener) {
      JdkLink link = new JdkLink(listener);
      WebSocket.Builder builder = client.newWebSocketBuilder();
      headers.forEach((name, value) -> {
        if (!OWN_FIELDS.contains(name)) {
          builder.header(name, value);
        }
      });
      link.start(builder.buildAsync(URI.create("ws://127.0.0.1:" + port + target), link));
      return link;
    }
  }

  private static TestReply reply(HttpResponse<?> response) {
    List<String> fields = new ArrayList<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(value -> {
          fields.add(name);
          fields.add(value);
        }));
    byte[] body = response.body() instanceof byte[] bytes ? bytes : new byte[0];
    return new TestReply(response.statusCode(), Headers.of(fields.toArray(String[]::new)), body);
  }

  private final class JdkRequest implements Request {
    private final long contentLength;
    private final Consumer<TestReply> onReply;
    private final Body body = new Body();
    private @Nullable CompletableFuture<?> exchange;
    private boolean aborted;

    JdkRequest(long contentLength, Consumer<TestReply> onReply) {
      this.contentLength = contentLength;
      this.onReply = onReply;
    }

    HttpRequest.BodyPublisher publisher() {
      if (contentLength == 0) {
        return HttpRequest.BodyPublishers.noBody();
      }
      return contentLength < 0
          ? HttpRequest.BodyPublishers.fromPublisher(body)
          : HttpRequest.BodyPublishers.fromPublisher(body, contentLength);
    }

    void start(CompletableFuture<HttpResponse<byte[]>> future) {
      exchange = future;
      future.whenComplete((response, error) -> events.add(() -> {
        if (!aborted) {
          onReply.accept(response == null ? TestReply.CUT : reply(response));
        }
      }));
    }

    @Override
    public void write(byte[] bytes) {
      body.write(ByteBuffer.wrap(bytes.clone()));
    }

    @Override
    public void end() {
      body.close();
    }

    @Override
    public void abort() {
      aborted = true;
      body.close();
      if (exchange != null) {
        exchange.cancel(true);
      }
    }
  }

  /** Keeps what is written until the client has its connection and subscribes. */
  private static final class Body implements Flow.Publisher<ByteBuffer> {
    private final SubmissionPublisher<ByteBuffer> parts =
        new SubmissionPublisher<>(Runnable::run, Flow.defaultBufferSize());
    private final List<ByteBuffer> early = new ArrayList<>();
    private boolean subscribed;
    private boolean ended;

    @Override
    public synchronized void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      parts.subscribe(subscriber);
      subscribed = true;
      early.forEach(parts::submit);
      if (ended) {
        parts.close();
      }
    }

    synchronized void write(ByteBuffer part) {
      if (subscribed) {
        parts.submit(part);
      } else {
        early.add(part);
      }
    }

    synchronized void close() {
      ended = true;
      if (subscribed) {
        parts.close();
      }
    }
  }

  /** The JDK's threads call the listener's methods; the rest is the test's. */
  private final class JdkLink implements Link, WebSocket.Listener {
    private final LinkListener listener;
    private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private CompletableFuture<?> sent = opened;
    private boolean reading = true;
    private int owed;
    private boolean closed;

    JdkLink(LinkListener listener) {
      this.listener = listener;
    }

    void start(CompletableFuture<WebSocket> future) {
      future.whenComplete((socket, error) -> events.add(() -> {
        if (socket != null) {
          listener.onOpen(Headers.none());
          opened.complete(socket);
          more();
        } else {
          listener.onRefused(refusal(error));
        }
      }));
    }

    private TestReply refusal(Throwable error) {
      Throwable cause = error instanceof CompletionException ? error.getCause() : error;
      return cause instanceof WebSocketHandshakeException handshake
          ? reply(handshake.getResponse())
          : TestReply.CUT;
    }

    /** On the test's thread: asks for one more message, or owes that until reading is on. */
    private void more() {
      if (reading) {
        opened.thenAccept(socket -> socket.request(1));
      } else {
        owed++;
      }
    }

    @Override
    public void onOpen(WebSocket socket) {
      // Asked for once the test knows that it is open.
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      Message message = last ? Message.text(text.toString()) : null;
      if (last) {
        text.setLength(0);
      }
      received(message);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      binary.writeBytes(part);
      Message message = last ? Message.binary(binary.toByteArray()) : null;
      if (last) {
        binary.reset();
      }
      received(message);
      return null;
    }

    private void received(@Nullable Message message) {
      events.add(() -> {
        if (message != null && !closed) {
          listener.onMessage(message);
        }
        more();
      });
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer data) {
      received(null);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      events.add(() -> closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      events.add(() -> closed(1006, ""));
    }

    private void closed(int code, String reason) {
      if (!closed) {
        closed = true;
        listener.onClose(code, reason);
      }
    }

    @Override
    public void send(Message message) {
      sent = sent.thenCompose(before -> opened)
          .thenCompose(socket -> message.isText()
              ? socket.sendText(message.asString(), true)
              : socket.sendBinary(ByteBuffer.wrap(message.toBytes()), true));
    }

    @Override
    public void close(int code, String reason) {
      int sendable = code == 1005 ? WebSocket.NORMAL_CLOSURE : code;
      sent = sent.thenCompose(before -> opened)
          .thenCompose(socket -> socket.sendClose(sendable, reason));
    }

    @Override
    public void abort() {
      closed = true;
      opened.thenAccept(WebSocket::abort);
    }

    @Override
    public void reading(boolean on) {
      reading = on;
      for (; on && owed > 0; owed--) {
        more();
      }
    }
  }
}
