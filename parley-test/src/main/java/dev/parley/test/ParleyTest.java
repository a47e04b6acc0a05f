package dev.parley.test;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server in memory, to test handlers: no network, no threads, no sleeping. What a test asks for happens before the call
 * returns, and everything that follows from it.
 *
 * <pre>{@code
 * @Test
 * void everybodyInTheRoomHearsWhatIsSaid() {
 *   try (ParleyTest test = ParleyTest.of(Chat::setUp)) {            // static void setUp(Parley parley)
 *     TestClient ada = test.connect("/chat", Map.of("token", "ada"));
 *     TestClient bob = test.connect("/chat", Map.of("token", "bob"));
 *     bob.emit("join", "tea");
 *
 *     Receipt receipt = ada.call("say", new Say("tea", "hello")).get(0, Receipt.class);
 *
 *     assertEquals(1, receipt.number());
 *     assertEquals("hello", bob.expect("said").as(Said.class).text());
 *     ada.expectNothing();
 *
 *     bob.mute();                                                   // its machine falls asleep
 *     test.clock().advance(Duration.ofMinutes(1));
 *     ada.expect("left");
 *   }
 * }
 * }</pre>
 *
 * <p>Handlers run on the thread of the test, one after another; so they may not wait for what only the test can do, such as a
 * client's acknowledgement. For handlers that do, {@link #blocking} gives them threads. A test that closes this closes the
 * server.
 */
public final class ParleyTest implements AutoCloseable {
  private final MemoryHost host;
  private final MemoryNetwork network;
  private final Parley server;
  private final @Nullable ExecutorService threads;

  private ParleyTest(
      MemoryHost host,
      @Nullable ExecutorService threads,
      Consumer<ParleyBuilder> options,
      Consumer<Parley> setUp) {
    this.host = host;
    this.threads = threads;
    this.network = new MemoryNetwork(host);
    ParleyBuilder builder = Parley.builder()
        .host(host)
        .handlerExecutor(
            threads == null ? host.handlers() : task -> host.tasks().runElsewhere(threads, task));
    options.accept(builder);
    this.server = builder.build();
    setUp.accept(server);
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a server with default options. @param setUp registers handlers */
  public static ParleyTest of(Consumer<Parley> setUp) {
    return of(builder -> {}, setUp);
  }

  /** Starts a server. @param options sets what the server has other than by default, but for its host */
  public static ParleyTest of(Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
    return on(new MemoryHost(), options, setUp);
  }

  /** Starts a server on a host of one's own. */
  public static ParleyTest on(
      MemoryHost host, Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
    return new ParleyTest(host, null, options, setUp);
  }

  /**
   * Starts a server whose handlers have threads of their own and may block. The kit waits for them, so that a test is still
   * without sleeping; but handlers of different clients run at the same time.
   */
  public static ParleyTest blocking(Consumer<ParleyBuilder> options, Consumer<Parley> setUp) {
    ExecutorService threads = Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task, "parley-test-handler");
      thread.setDaemon(true);
      return thread;
    });
    return new ParleyTest(new MemoryHost(), threads, options, setUp);
  }

  /** The server. What it is told to do has happened when the test next asks a client for something. */
  public Parley server() {
    return server;
  }

  public MemoryHost host() {
    return host;
  }

  public TestClock clock() {
    return host.clock();
  }

  /** A client that joins the namespace {@code /}. */
  public TestClient connect() {
    return client().connect();
  }

  public TestClient connect(String namespace) {
    return client().connect(namespace);
  }

  /** A client that joins a namespace; see {@link TestConnector#connect(String, Object)}. */
  public TestClient connect(String namespace, @Nullable Object auth) {
    return client().connect(namespace, auth);
  }

  /** A client with options of its own. */
  public TestConnector client() {
    return TestConnector.over(network);
  }

  /** Plain HTTP requests. */
  public TestHttp http() {
    return client().http();
  }

  /** Lets everything happen that is under way. Needed only where no client is asked, as before a look at one's own state. */
  public void settle() {
    network.settle();
  }

  /** Closes the server. */
  @Override
  public void close() {
    // Without threads, whatever still happens has happened when this returns; to wait for more
    // would be in vain.
    server.close(threads == null ? Duration.ZERO : Duration.ofSeconds(1));
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
