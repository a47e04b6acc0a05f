package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.protocol.engineio.CloseReason;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacketType;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import dev.parley.server.transport.WebSocketSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads for once: senders on several threads while sessions move between lanes; each sender's order must hold. */
class UpgradeOrderTest {
  private static final int ROUNDS = 100;
  private static final int SENDERS = 3;
  private static final int MESSAGES = 200;

  private final ThreadLane[] lanes = {new ThreadLane(), new ThreadLane()};
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final Engine engine = new Engine(
      EngineOptions.defaults(),
      Limits.defaults(),
      Runnable::run,
      session -> {
        sessions.put(session.sid(), session);
        return new Recorder(session);
      },
      false,
      null);

  @AfterEach
  void stop() {
    for (ThreadLane lane : lanes) {
      lane.executor.shutdownNow();
    }
  }

  @Test
  void keepsEverySendersOrderWhileTheSessionMoves() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Session session = open();
      Link link = offer(session);
      link.receive("2probe");
      List<Thread> senders = new ArrayList<>();
      for (int sender = 0; sender < SENDERS; sender++) {
        senders.add(sender(session, sender));
      }
      senders.forEach(Thread::start);
      link.receive("5");
      for (Thread sender : senders) {
        sender.join();
      }
      await(() -> link.texts.size() == SENDERS * MESSAGES);
      for (int sender = 0; sender < SENDERS; sender++) {
        String prefix = sender + ":";
        assertThat(link.texts.stream().filter(text -> text.startsWith(prefix)))
            .hasSize(MESSAGES)
            .isSortedAccordingTo((a, b) -> Integer.compare(number(a), number(b)));
      }
      session.close(CloseReason.FORCED_CLOSE, null, true);
    }
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(2));
  }

  /** Sends half of its messages directly, half as a broadcast does: by a task on the lane that it saw. */
  private static Thread sender(Session session, int sender) {
    return new Thread(() -> {
      for (int i = 0; i < MESSAGES; i++) {
        Outgoing packet = Outgoing.message(Message.text(sender + ":" + i), true);
        if (sender == 0) {
          Runnable mailbox = session.enqueue(List.of(packet), false);
          if (mailbox != null) {
            session.lane().execute(mailbox);
          }
        } else {
          session.send(packet);
        }
      }
    });
  }

  private Session open() throws Exception {
    Request request = new Request(lanes[0], "/engine.io/?EIO=4&transport=polling", Headers.none());
    lanes[0].execute(() -> engine.onRequest(request));
    String sid = Scene.sid(new String(request.answer.get(5, TimeUnit.SECONDS).body()));
    await(() -> sessions.containsKey(sid));
    return sessions.get(sid);
  }

  private Link offer(Session session) throws Exception {
    Request request = new Request(
        lanes[1],
        "/engine.io/?EIO=4&transport=websocket&sid=" + session.sid(),
        Headers.of("Connection", "Upgrade", "Upgrade", "websocket"));
    lanes[1].execute(() -> engine.onRequest(request));
    return request.link.get(5, TimeUnit.SECONDS);
  }

  private static void await(Supplier<Boolean> condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.get()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static final class ThreadLane implements Lane {
    private volatile @Nullable Thread thread;
    private final ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(task -> thread = new Thread(task));

    @Override
    public void execute(Runnable task) {
      executor.execute(task);
    }

    @Override
    public boolean inLane() {
      return Thread.currentThread() == thread;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
      ScheduledFuture<?> future = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    }
  }

  private static final class Request implements HttpExchange {
    private final HttpRequest request;
    private final ThreadLane lane;
    private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    private final CompletableFuture<Link> link = new CompletableFuture<>();

    Request(ThreadLane lane, String target, Headers headers) {
      this.lane = lane;
      this.request =
          new HttpRequest("GET", target, headers, new InetSocketAddress("127.0.0.1", 1), false);
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
    public void readBody(int maxBytes, BodyReader reader) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void respond(HttpResponse response) {
      answer.complete(response);
    }

    @Override
    public void abort() {}

    @Override
    public void onAbort(@Nullable Runnable action) {}

    @Override
    public void accept(WebSocketSettings settings, WebSocketHandler handler) {
      Link opened = new Link(lane, handler);
      handler.onOpen(opened);
      link.complete(opened);
    }
  }

  private static final class Link implements WebSocketLink {
    private final ThreadLane lane;
    private final WebSocketHandler handler;
    /** Messages in the order of the wire. */
    private final Queue<String> texts = new ConcurrentLinkedQueue<>();

    Link(ThreadLane lane, WebSocketHandler handler) {
      this.lane = lane;
      this.handler = handler;
    }

    void receive(String text) {
      lane.execute(() -> handler.onMessage(Message.text(text)));
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public void write(Outgoing packet, Revision revision, boolean base64) {
      if (!lane.inLane()) {
        throw new IllegalStateException("written from another lane");
      }
      if (packet.packet().type() == EnginePacketType.MESSAGE) {
        texts.add(EngineCodec.of(revision)
            .encodeFrame(packet.packet(), base64)
            .skip(1)
            .asString());
      }
    }

    @Override
    public void flush() {}

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public void close(int code, String reason) {}

    @Override
    public void abort() {}
  }
}
