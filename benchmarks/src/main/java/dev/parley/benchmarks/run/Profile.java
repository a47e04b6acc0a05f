package dev.parley.benchmarks.run;

import dev.parley.benchmarks.load.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts one load on one server while its JVM's flight recorder runs, and says where time and memory went. */
@Command(
    name = "profile",
    description = "Shows where a server's time and allocations go under one load.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Profile implements Callable<Integer> {
  private static final int IDLE_CONNECTIONS = 2_000;

  @Parameters(paramLabel = "LOAD", description = "A load of bin/bench.")
  private String load = "";

  @Option(names = "--server", defaultValue = "parley", description = "Default: ${DEFAULT-VALUE}")
  private String server = "";

  @Option(names = "--seconds", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}")
  private double seconds;

  @Option(
      names = "--lines",
      defaultValue = "25",
      description = "Lines per list. Default: ${DEFAULT-VALUE}")
  private int lines;

  @Option(
      names = "--package",
      defaultValue = "dev.parley",
      description = "Whose methods count as ours. Default: ${DEFAULT-VALUE}")
  private String ours = "";

  @Option(
      names = "--jdk",
      description = "Home of the JDK that runs the server; default: the one that runs this.")
  private Path jdk = Path.of(System.getProperty("java.home"));

  @Option(
      names = "--jvm",
      defaultValue = "-Xmx1g",
      description = "Flags of the server's JVM. Default: ${DEFAULT-VALUE}")
  private String jvm = "";

  @Option(
      names = "--server-core",
      defaultValue = "0",
      description = "Core of the server. Default: ${DEFAULT-VALUE}")
  private int serverCore;

  @Option(names = "--recording", description = "Where to keep the flight recording.")
  private @Nullable Path recording;

  @Option(names = "--peers", required = true, hidden = true)
  private Path peers = Path.of("");

  @Option(names = "--node-modules", required = true, hidden = true)
  private Path nodeModules = Path.of("");

  public static void main(String[] args) {
    System.exit(new CommandLine(new Profile()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (Workload.of(load).isIdle()) {
      countObjects();
    } else {
      record();
    }
    return 0;
  }

  /** What the objects of an idle connection are. */
  private void countObjects() throws IOException {
    Contestant.Setup setup = new Contestant.Setup(
        jdk.resolve("bin/java"), List.of(jvm.trim().split("\\s+")), peers, nodeModules);
    List<Census> censuses = new ArrayList<>();
    try (ServerProcess process = ServerProcess.start(Contestant.of(server), setup, serverCore)) {
      Workload.Memory memory = Workload.runIdle(process.port(), IDLE_CONNECTIONS, () -> {
        censuses.add(Census.of(jdk, process.pid()));
        return process.residentBytes();
      });
      System.out.printf(
          Locale.ROOT,
          "idle on %s: %,.0f bytes of heap and direct memory, %,.0f bytes resident per connection%n",
          process.contestant().title(),
          memory.usedBytes(),
          memory.residentBytes());
    }
    System.out.print(censuses.get(1).describeSince(censuses.get(0), IDLE_CONNECTIONS, lines));
  }

  private void record() throws IOException {
    Path file = recording != null ? recording : Files.createTempFile("parley-", ".jfr");
    List<String> flags = new ArrayList<>(List.of(jvm.trim().split("\\s+")));
    // Frames between safepoints, or a hot loop would be blamed on its end.
    flags.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints"));
    flags.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file
        + ",jdk.ExecutionSample#period=5ms,jdk.NativeMethodSample#period=5ms"
        + ",jdk.ObjectAllocationSample#throttle=2000/s");
    flags.add("-Xlog:jfr+startup=error");
    Contestant.Setup setup =
        new Contestant.Setup(jdk.resolve("bin/java"), flags, peers, nodeModules);
    Measured measured;
    try (ServerProcess process = ServerProcess.start(Contestant.of(server), setup, serverCore)) {
      measured = measure(process);
      process.stop();
    }
    Recording recorded = Recording.read(file, ours, measured.from(), measured.to());
    System.out.print(measured.describe(recorded) + recorded.describe(lines));
    if (recording == null) {
      Files.delete(file);
    }
  }

  /** What was measured from outside, and when. */
  private record Measured(
      String title,
      Workload.Rate rate,
      Instant from,
      Instant to,
      ProcFiles.CpuTime before,
      ProcFiles.CpuTime after) {
    String describe(Recording recorded) {
      double seconds = Duration.between(from, to).toNanos() / 1e9;
      double user =
          (double) (after.userMicros() - before.userMicros()) / (after.micros() - before.micros());
      return String.format(
          Locale.ROOT,
          "%s: %,.0f per second, %.2f µs CPU each (user %.2f, system %.2f), %,.0f bytes allocated each%n",
          title,
          rate.perSecond(),
          rate.serverMicros(),
          rate.serverMicros() * user,
          rate.serverMicros() * (1 - user),
          recorded.allocatedBytes() / (rate.perSecond() * seconds));
    }
  }

  private Measured measure(ServerProcess process) {
    List<Instant> moments = new ArrayList<>();
    List<ProcFiles.CpuTime> times = new ArrayList<>();
    Workload.Meters meters = new Workload.Meters(
        () -> {
          moments.add(Instant.now());
          times.add(process.cpuTime());
          return times.get(times.size() - 1).micros();
        },
        () -> 0);
    Workload.Timing timing = new Workload.Timing(Math.max(3, seconds / 2), seconds, 0);
    Workload.Rate rate = Workload.of(load).run(process.port(), timing, meters);
    // The last two readings are the measurement's; those before belong to the warm-up.
    int last = times.size() - 1;
    return new Measured(
        load + " on " + process.contestant().title(),
        rate,
        moments.get(last - 1),
        moments.get(last),
        times.get(last - 1),
        times.get(last));
  }
}
