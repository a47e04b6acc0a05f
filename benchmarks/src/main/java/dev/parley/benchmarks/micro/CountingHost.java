package dev.parley.benchmarks.micro;

import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostSettings;
import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import dev.parley.server.transport.WebSocketSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A host without a network that counts what the server asks of it, and allocates nothing itself once clients are
 * connected. Its lanes run when the caller says so, on the thread that made it.
 */
public final class CountingHost implements Host {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  public final List<CountingLane> lanes = new ArrayList<>();
  private final Thread owner = Thread.currentThread();
  private final Function<Message, Message> encoder = this::encode;
  private @Nullable Endpoint endpoint;
  private @Nullable CountingLane running;

  /** Frames made, frames written to links, and flushes of links. */
  public int encodes;

  public int writes;
  public int flushes;

  /** Bytes of the frames written. */
  public long bytes;

  public CountingHost(int laneCount) {
    for (int i = 0; i < laneCount; i++) {
      lanes.add(new CountingLane());
    }
  }

  private Message encode(Message message) {
    encodes++;
    return message;
  }

  @Override
  public void start(HostSettings settings, Endpoint server) {
    endpoint = server;
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
  }

  @Override
  public void stopAccepting() {}

  @Override
  public void close(Duration patience) {}

  /** Connects a client to {@code /} over a WebSocket on this lane. */
  public CountingLink connect(int lane) {
    CountingLane on = lanes.get(lane);
    CountingLink link = new CountingLink(on);
    on.run(() -> known(endpoint).onRequest(new Upgrade(on, link)));
    runUntil(() -> link.writes >= 1);
    link.receive(Message.text("40"));
    runUntil(() -> link.writes >= 2);
    runLanes();
    return link;
  }

  /** Runs all lanes until the condition holds; handler threads may be at work meanwhile. */
  public void runUntil(BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited " + PATIENCE);
      }
      runLanes();
    }
  }

  /** Runs what waits on the lanes, and what follows from it. */
  public void runLanes() {
    for (CountingLane lane : lanes) {
      lane.drain();
    }
  }

  public int tasks() {
    int sum = 0;
    for (CountingLane lane : lanes) {
      sum += lane.tasks;
    }
    return sum;
  }

  public void resetCounts() {
    encodes = 0;
    writes = 0;
    flushes = 0;
    bytes = 0;
    for (CountingLane lane : lanes) {
      lane.tasks = 0;
    }
  }

  private static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not started");
    }
    return value;
  }

  /** A queue of tasks with a clock that the caller moves. */
  public final class CountingLane implements Lane {
    private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(100_000);
    private long now;
    private @Nullable Runnable timed;
    private long timedAt;

    /** Tasks handed to it, and timers set on it. */
    public int tasks;

    public int timers;

    @Override
    public void execute(Runnable task) {
      tasks++;
      queue.add(task);
    }

    @Override
    public boolean inLane() {
      return running == this && Thread.currentThread() == owner;
    }

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
      timers++;
      timed = task;
      timedAt = now + delayNanos;
      return () -> timed = null;
    }

    void run(Runnable task) {
      CountingLane outer = running;
      running = this;
      try {
        task.run();
      } finally {
        running = outer;
      }
    }

    void drain() {
      Runnable task;
      while ((task = queue.poll()) != null) {
        run(task);
      }
    }

    /** Lets time pass, with what is due at its end. */
    public void pass(Duration time) {
      now += time.toNanos();
      Runnable task = timed;
      if (task != null && timedAt <= now) {
        timed = null;
        run(task);
      }
      drain();
    }
  }

  /** A client's WebSocket. */
  public final class CountingLink implements WebSocketLink {
    private final CountingLane lane;
    private @Nullable WebSocketHandler handler;
    private @Nullable Message arriving;
    private boolean closed;
    private final Runnable arrival = () -> known(handler).onMessage(known(arriving));
    public int writes;

    public @Nullable Message last;

    private CountingLink(CountingLane lane) {
      this.lane = lane;
    }

    /** The client sends this. What follows on the lane waits for the lane to run. */
    public void receive(Message message) {
      arriving = message;
      lane.run(arrival);
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public void write(Outgoing packet, Revision revision, boolean base64) {
      last = packet.frame(revision, encoder);
      writes++;
      CountingHost.this.writes++;
      bytes += packet.size();
    }

    @Override
    public void flush() {
      flushes++;
    }

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
    public void close(int code, String reason) {
      end(code);
    }

    @Override
    public void abort() {
      end(1006);
    }

    private void end(int code) {
      if (!closed) {
        closed = true;
        lane.execute(() -> known(handler).onClose(code, null));
      }
    }
  }

  /** The request that opens a WebSocket. */
  private record Upgrade(CountingLane lane, CountingLink link) implements HttpExchange {
    @Override
    public HttpRequest request() {
      Headers headers =
          Headers.of("Host", "localhost", "Connection", "Upgrade", "Upgrade", "websocket");
      return new HttpRequest(
          "GET",
          "/socket.io/?EIO=4&transport=websocket",
          headers,
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 2),
          false);
    }

    @Override
    public void accept(WebSocketSettings settings, WebSocketHandler handler) {
      link.handler = handler;
      handler.onOpen(link);
    }

    @Override
    public void respond(HttpResponse response) {
      throw new IllegalStateException("refused with " + response);
    }

    @Override
    public void readBody(int maxBytes, BodyReader reader) {}

    @Override
    public void abort() {}

    @Override
    public void onAbort(@Nullable Runnable action) {}
  }
}
