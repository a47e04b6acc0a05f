package dev.parley.app;

import dev.parley.Broadcast;
import dev.parley.cluster.ClusterHealth;
import dev.parley.cluster.ParleyEmitter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where the cluster is and whom of its clients a command is about; and the way there and back. */
final class BusOptions {
  private static final String VARIABLE = "PARLEY_BUS";
  private static final long LOOK_MILLIS = 5;
  private static final Pattern AUTHORITY = Pattern.compile("[^:/]+://[^/?#]*");

  @Option(
      names = "--bus",
      paramLabel = "URL",
      description = "The bus of the cluster, as the servers have it. Default: what the environment"
          + " has as " + VARIABLE + ", which keeps a password out of the list of processes.")
  private @Nullable String url;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "/",
      description = "The namespace. Default: ${DEFAULT-VALUE}")
  private String namespace = "/";

  @Option(
      names = "--to",
      paramLabel = "ROOM",
      description = "Only clients in this room, or of this socket id; may be given again for more."
          + " Default: all clients.")
  private List<String> rooms = List.of();

  @Option(
      names = "--except",
      paramLabel = "ROOM",
      description = "Not the clients in this room; may be given again.")
  private List<String> excepted = List.of();

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "How long the broker may take to be there, and then to take the message; for"
          + " example 500ms, 10s, 1m. Default: ${DEFAULT-VALUE}")
  private Duration patience = Duration.ofSeconds(5);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /** What a command does once the broker is there. */
  interface Work {
    /** @return the exit code */
    int run(Broadcast clients) throws Failure, InterruptedException;
  }

  /** What went wrong, for people. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  /**
   * Connects, works, and sees to it that the broker has everything.
   *
   * @return the exit code
   */
  int use(boolean replies, Work work) throws InterruptedException {
    Silence.keep();
    String bus = url != null ? url : System.getenv(VARIABLE);
    if (bus == null || bus.isBlank()) {
      throw wrong("Where is the cluster? Give --bus URL, or set " + VARIABLE + ".");
    }
    try (ParleyEmitter emitter = connect(bus, replies)) {
      awaitBroker(emitter, bus);
      int code = run(emitter.of(namespace), work);
      flush(emitter);
      return code;
    } catch (Failure failure) {
      spec.commandLine().getErr().println(failure.getMessage());
      return 1;
    }
  }

  private ParleyEmitter connect(String bus, boolean replies) {
    try {
      ParleyEmitter.Builder builder = ParleyEmitter.builder(bus);
      return (replies ? builder.replies() : builder).build();
    } catch (IllegalArgumentException e) {
      throw wrong("--bus: " + e.getMessage());
    }
  }

  private int run(ParleyEmitter emitter, Work work) throws Failure, InterruptedException {
    try {
      Broadcast clients = emitter.to(rooms.toArray(String[]::new));
      return work.run(clients.except(excepted.toArray(String[]::new)));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private void awaitBroker(ParleyEmitter emitter, String bus) throws Failure, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    ClusterHealth health = emitter.health();
    while (!health.connected()) {
      if (System.nanoTime() - deadline >= 0) {
        String why = health.problem() == null ? "" : ": " + health.problem();
        throw new Failure("The broker at " + withoutSecrets(bus) + " was not there within "
            + Times.show(patience) + why);
      }
      Thread.sleep(LOOK_MILLIS);
      health = emitter.health();
    }
  }

  private void flush(ParleyEmitter emitter) throws Failure, InterruptedException {
    CompletableFuture<@Nullable Void> flushed = emitter.flush();
    try {
      flushed.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new Failure("The broker did not take the message within " + Times.show(patience)
          + "; nobody knows whether it will arrive.");
    } catch (ExecutionException e) {
      throw new Failure("The message may be lost: " + e.getCause().getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Scheme, host and port; less where a malformed URL may have its password anywhere. */
  static String withoutSecrets(String bus) {
    try {
      URI uri = new URI(bus);
      Matcher authority = AUTHORITY.matcher(bus);
      boolean oneHost =
          uri.getHost() != null && authority.lookingAt() && bus.indexOf('@', authority.end()) < 0;
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      return uri.getScheme() + "://" + (oneHost ? uri.getHost() + port : "...");
    } catch (URISyntaxException e) {
      return "this URL";
    }
  }
}
