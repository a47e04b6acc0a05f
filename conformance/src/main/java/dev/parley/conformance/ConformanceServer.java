package dev.parley.conformance;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Starts one of the servers and prints {@code listening on PORT} when it is up; ends on SIGTERM.
 *
 * <p>Arguments are a name, a port (0, the default, takes a free one) and one more: for {@code java-client} the main
 * namespace, for {@code cluster} the URL of the bus. Of the environment it reads {@code PORT} if the argument is missing, and
 * {@code SSL}: if that is {@code 1}, it serves TLS with the PEM files {@code TLS_CERT} and {@code TLS_KEY}.
 *
 * <p>The name {@code trio} starts three servers, each on a free port, and prints {@code listening on PORT PORT PORT}; the
 * environment's {@code BUS} is the URL of what joins them, by default their own memory.
 */
public final class ConformanceServer {
  private static final String TRIO = "trio";
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private ConformanceServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 0 && args[0].equals(TRIO)) {
      runTrio();
      return;
    }
    Map<String, Setup> setups = setups(args.length > 2 ? args[2] : null);
    Setup setup = args.length == 0 ? null : setups.get(args[0]);
    if (setup == null) {
      System.err.println("usage: conformance-server NAME [PORT [NAMESPACE or BUS]], NAME is one of "
          + String.join(", ", setups.keySet()) + ", " + TRIO);
      System.exit(2);
      return;
    }
    String portFromEnvironment = System.getenv().getOrDefault("PORT", "0");
    int port = Integer.parseInt(args.length > 1 ? args[1] : portFromEnvironment);
    ParleyBuilder builder = Parley.builder().listen("127.0.0.1", port);
    if ("1".equals(System.getenv("SSL"))) {
      builder.tls(pathFrom("TLS_CERT"), pathFrom("TLS_KEY"));
    }
    Parley parley = setup.build(builder).start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> parley.close(CLOSE_PATIENCE)));
    System.out.println("listening on " + parley.port());
    parley.awaitStop();
  }

  private static void runTrio() throws IOException, InterruptedException {
    TrioServer trio = new TrioServer(System.getenv().getOrDefault("BUS", "memory://trio"));
    Runtime.getRuntime().addShutdownHook(new Thread(trio::close));
    System.out.println("listening on " + trio.ports());
    trio.awaitStop();
  }

  /** The {@code demo} server, started inside a test on a port of its own. */
  public static Parley startDemo() throws IOException {
    return new DemoServer(WireFormat.JSON)
        .build(Parley.builder().listen("127.0.0.1", 0))
        .start();
  }

  private static Map<String, Setup> setups(@Nullable String third) {
    return new TreeMap<>(Map.of(
        "protocol", new ProtocolSuite(),
        "engine-client", new EngineClientSuite(),
        "socketio-client", new SocketIoClientSuite(),
        "java-client", new JavaClientSuite(third == null ? "/" : third),
        "java-engine", new JavaEngineSuite(),
        "cluster", new ClusterServer(third == null ? "memory://cluster" : third),
        "demo", new DemoServer(WireFormat.JSON),
        "demo-msgpack", new DemoServer(WireFormat.MSGPACK)));
  }

  private static Path pathFrom(String variable) {
    @Nullable String path = System.getenv(variable);
    if (path == null) {
      throw new IllegalArgumentException("SSL=1 needs a PEM file in " + variable);
    }
    return Path.of(path);
  }
}
