package dev.parley.test;

import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.protocol.engineio.Message;
import dev.parley.server.transport.Endpoint;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A host without sockets and threads. Its lanes are run by the thread of the test, whenever the test asks the kit for
 * something, and its time is that of a {@link TestClock}. {@link ParleyTest} makes one; make your own only to set what that
 * does not offer.
 *
 * <p>It holds the server to the transport's contract: what belongs to a lane and is done elsewhere throws.
 */
public final class MemoryHost implements Host {
  private static final int LANES = 3;
  private static final int DEFAULT_HIGH_WATER_MARK = 64 * 1024;

  private final Tasks tasks;
  private final TestClock clock;
  private final Tasks.Queue clients;
  private final Tasks.Queue handlers;
  private final List<MemoryLane> lanes = new ArrayList<>();

  /** Each on its lane. */
  private final Set<MemoryExchange> exchanges = new LinkedHashSet<>();

  private final Set<MemoryLink> links = new LinkedHashSet<>();
  private final AtomicLong framesEncoded = new AtomicLong();

  private int highWaterMark = DEFAULT_HIGH_WATER_MARK;
  private int connections;
  private @Nullable HostSettings settings;
  private @Nullable Endpoint endpoint;
  private boolean accepting;
  private volatile boolean closed;

  /** A host on which everything happens in the order of its causes. */
  public MemoryHost() {
    this(null);
  }

  private MemoryHost(@Nullable Random random) {
    this.tasks = new Tasks(random);
    this.clock = new TestClock(tasks);
    this.clients = tasks.queue("the clients");
    this.handlers = tasks.queue("the handlers");
    for (int i = 0; i < LANES; i++) {
      lanes.add(new MemoryLane(tasks.queue("lane " + i), clock));
    }
  }

  /**
   * A host on which lanes, handlers and clients take turns by chance, as threads would, but the same chance for the same
   * seed. To look for handlers that count on an order which nobody promised.
   */
  public static MemoryHost shuffled(long seed) {
    return new MemoryHost(new Random(seed));
  }

  public TestClock clock() {
    return clock;
  }

  /** Unsent bytes at which a WebSocket is not writable any more. Default 64 KiB. For connections from now on. */
  public MemoryHost highWaterMark(int bytes) {
    highWaterMark = bytes;
    return this;
  }

  int highWaterMark() {
    return highWaterMark;
  }

  /** How many frames were made so far; a broadcast that is encoded once counts once, however many clients it reaches. */
  public long framesEncoded() {
    return framesEncoded.get();
  }

  Message encoded(Message frame) {
    framesEncoded.incrementAndGet();
    return frame;
  }

  Tasks tasks() {
    return tasks;
  }

  /** Runs handlers on the thread of the test. */
  Executor handlers() {
    return handlers;
  }

  void toClients(Runnable action) {
    clients.execute(action);
  }

  @Override
  public void start(HostSettings settings, Endpoint endpoint) {
    if (this.endpoint != null) {
      throw new IllegalStateException("a host serves one server");
    }
    this.settings = settings;
    this.endpoint = endpoint;
    this.accepting = true;
  }

  /** The address asked for; port 1 stands for a free one. */
  @Override
  public InetSocketAddress address() {
    if (settings == null) {
      throw new IllegalStateException("the host is not started");
    }
    InetSocketAddress asked = settings.listen();
    return asked.getPort() > 0 ? asked : new InetSocketAddress(asked.getAddress(), 1);
  }

  @Override
  public void stopAccepting() {
    accepting = false;
    // The caller will wait for its clients, and nobody but the caller can run what they do.
    tasks.closing(Thread.currentThread());
    tasks.runWaiting();
  }

  boolean accepting() {
    return accepting;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close(Duration patience) {
    if (closed) {
      return;
    }
    stopAccepting();
    for (MemoryLane lane : lanes) {
      lane.execute(() -> cutConnections(lane));
    }
    tasks.runWaiting();
    closed = true;
    lanes.forEach(MemoryLane::close);
    clock.clear();
    tasks.closed();
  }

  private void cutConnections(MemoryLane lane) {
    for (MemoryExchange exchange : List.copyOf(exchanges)) {
      if (exchange.lane() == lane) {
        exchange.hostGone();
      }
    }
    for (MemoryLink link : List.copyOf(links)) {
      if (link.lane() == lane) {
        link.hostGone();
      }
    }
  }

  /** The lane of a new connection: the next one in turn. */
  MemoryLane nextLane() {
    return lanes.get(connections++ % lanes.size());
  }

  /** Hands over a request, or says why not. On the exchange's lane. */
  void receive(MemoryExchange exchange) {
    int refusal = refusal(exchange.request());
    if (refusal != 0) {
      exchange.respond(HttpResponse.of(refusal));
    } else if (endpoint != null) {
      exchanges.add(exchange);
      endpoint.onRequest(exchange);
    }
  }

  private int refusal(HttpRequest request) {
    HostSettings known = settings;
    if (known == null || closed) {
      return 503;
    }
    int requestLine = request.method().length() + bytes(request.target()) + " HTTP/1.1 ".length();
    if (requestLine > known.maxUrlBytes()) {
      return 414;
    }
    int[] size = new int[1];
    request.headers().forEach((name, value) -> size[0] += bytes(name) + bytes(value) + 4);
    return size[0] > known.maxHeaderBytes() ? 431 : 0;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  boolean secure() {
    return settings != null && settings.tls() != null;
  }

  void forget(MemoryExchange exchange) {
    exchanges.remove(exchange);
  }

  void add(MemoryLink link) {
    links.add(link);
  }

  void remove(MemoryLink link) {
    links.remove(link);
  }
}
