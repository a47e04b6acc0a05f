package dev.parley.examples.notifications;

import dev.parley.Parley;
import dev.parley.cluster.Cluster;
import dev.parley.cluster.ParleyEmitter;
import dev.parley.examples.notifications.SocketServer.BadTokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The notification service: all of it in one process, or each half in its own. */
@Command(
    name = "example notifications",
    description = "Runs the socket server and the REST service in one process, joined by a bus in"
        + " memory. With sockets or rest, runs only that one; they need a --bus and a secret in"
        + " common.",
    footer = {
      "",
      "The secret that signs tokens comes from the environment as " + Main.SECRET + ", of at least "
          + Tokens.MIN_SECRET_BYTES + " bytes."
    })
final class Main implements Callable<Integer> {
  static final String SECRET = "NOTIFICATIONS_SECRET";
  private static final Pattern SECRETS = Pattern.compile("://\\S*@");
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  @Option(
      names = {"-h", "--help"},
      description = "Shows this and exits.",
      usageHelp = true,
      scope = ScopeType.INHERIT)
  private boolean help;

  @Option(
      names = "--bus",
      paramLabel = "URL",
      description = "Where the two meet, for example amqp://localhost or redis://localhost.",
      scope = ScopeType.INHERIT)
  private @Nullable String bus;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}, for this machine only.",
      scope = ScopeType.INHERIT)
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8000",
      description =
          "Port of the sockets and the page; 0 takes a free one. Default: ${DEFAULT-VALUE}",
      scope = ScopeType.INHERIT)
  private int port = 8000;

  @Option(
      names = "--rest-port",
      paramLabel = "N",
      defaultValue = "8001",
      description = "Port of the REST service; 0 takes a free one. Default: ${DEFAULT-VALUE}",
      scope = ScopeType.INHERIT)
  private int restPort = 8001;

  @Option(
      names = "--rest-url",
      paramLabel = "URL",
      description = "Where browsers find the REST service. Default: its port on localhost.",
      scope = ScopeType.INHERIT)
  private @Nullable String restUrl;

  @Option(
      names = "--page-origin",
      paramLabel = "ORIGIN",
      description = "Whose pages may call the REST service; may be given again. Default: the page's"
          + " port on localhost and 127.0.0.1.",
      scope = ScopeType.INHERIT)
  private List<String> pageOrigins = List.of();

  @Option(
      names = "--silent",
      description = "Clients with a bad token are let in and hear nothing, instead of being refused"
          + " with the reason.",
      scope = ScopeType.INHERIT)
  private boolean silent;

  @Spec
  private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setParameterExceptionHandler((wrong, args) -> {
      CommandLine command = wrong.getCommandLine();
      // A mistyped option is repeated, and may be a URL with a password.
      command.getErr().println(SECRETS.matcher(wrong.getMessage()).replaceAll("://...@"));
      command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
      return command.getCommandSpec().exitCodeOnInvalidInput();
    });
  }

  /** Both halves in this process. */
  @Override
  public Integer call() throws InterruptedException {
    byte[] secret = System.getenv(SECRET) == null ? randomSecret() : secret();
    Tokens tokens = tokens(secret);
    String meeting = bus != null ? bus : "memory://notifications";
    AtomicInteger restPortInUse = new AtomicInteger();
    try (Parley sockets = startSockets(tokens, meeting, restPortInUse::get);
        RestService rest = startRest(tokens, meeting, sockets.port())) {
      restPortInUse.set(rest.port());
      say("Open http://localhost:" + sockets.port()
          + " in two tabs, as two people. Ctrl+C stops it.");
      sockets.awaitStop();
      return 0;
    } catch (IOException e) {
      return explain(e);
    }
  }

  @Command(name = "sockets", description = "Runs the socket server, which serves the page, too.")
  int sockets() throws InterruptedException {
    try (Parley sockets = startSockets(tokens(secret()), commonBus(), () -> restPort)) {
      say("The sockets and the page are on http://localhost:" + sockets.port());
      sockets.awaitStop();
      return 0;
    } catch (IOException e) {
      return explain(e);
    }
  }

  @Command(name = "rest", description = "Runs the REST service, which pushes.")
  int rest() throws InterruptedException {
    try (RestService rest = startRest(tokens(secret()), commonBus(), port)) {
      // So that what was pushed last gets to the broker.
      Runtime.getRuntime().addShutdownHook(new Thread(rest::close));
      say("The REST service is on http://localhost:" + rest.port());
      new CountDownLatch(1).await();
      return 0;
    } catch (IOException e) {
      return explain(e);
    }
  }

  /** @param restPortInUse asked when a page comes, as the port may not be known before */
  private Parley startSockets(Tokens tokens, String meeting, IntSupplier restPortInUse)
      throws IOException {
    Supplier<String> rest =
        () -> restUrl != null ? restUrl : "http://localhost:" + restPortInUse.getAsInt();
    Parley parley = SocketServer.options(
            Parley.builder().listen(host, port), clusterAt(meeting), rest)
        .build();
    SocketServer.setUp(parley, tokens, silent ? BadTokens.ADMIT_SILENTLY : BadTokens.REFUSE);
    parley.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> parley.close(CLOSE_PATIENCE)));
    return parley;
  }

  private RestService startRest(Tokens tokens, String meeting, int pagePort) throws IOException {
    List<String> origins = pageOrigins.isEmpty()
        ? List.of("http://localhost:" + pagePort, "http://127.0.0.1:" + pagePort)
        : pageOrigins;
    ParleyEmitter emitter = emitterAt(meeting);
    try {
      FollowApi api = new FollowApi(tokens, emitter, Clock.systemUTC());
      return new RestService(new InetSocketAddress(host, restPort), api, emitter, origins);
    } catch (IOException e) {
      emitter.close();
      throw e;
    }
  }

  private Cluster clusterAt(String meeting) {
    try {
      return Cluster.at(meeting);
    } catch (IllegalArgumentException e) {
      throw wrong("--bus: " + e.getMessage());
    }
  }

  private ParleyEmitter emitterAt(String meeting) {
    try {
      return ParleyEmitter.at(meeting);
    } catch (IllegalArgumentException e) {
      throw wrong("--bus: " + e.getMessage());
    }
  }

  private String commonBus() {
    if (bus == null) {
      throw wrong("Two processes need a --bus in common, for example redis://localhost.");
    }
    return bus;
  }

  private byte[] secret() {
    String secret = System.getenv(SECRET);
    if (secret == null) {
      throw wrong("Two processes need a secret in common: set " + SECRET + " for both.");
    }
    return secret.getBytes(StandardCharsets.UTF_8);
  }

  private Tokens tokens(byte[] secret) {
    try {
      return new Tokens(secret, Clock.systemUTC());
    } catch (IllegalArgumentException e) {
      throw wrong(SECRET + ": " + e.getMessage());
    }
  }

  private static byte[] randomSecret() {
    byte[] secret = new byte[Tokens.MIN_SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void say(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }

  private int explain(IOException e) {
    spec.commandLine().getErr().println("It cannot start: " + e.getMessage());
    return 1;
  }
}
