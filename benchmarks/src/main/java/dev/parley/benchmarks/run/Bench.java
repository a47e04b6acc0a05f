package dev.parley.benchmarks.run;

import dev.parley.benchmarks.load.LoadFailure;
import dev.parley.benchmarks.load.Workload;
import dev.parley.benchmarks.run.Results.Row;
import dev.parley.benchmarks.run.Results.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Measures servers side by side: all of them under one load, round after round, then the next load. */
@Command(
    name = "bench",
    description = "Measures Parley beside its peers.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Bench implements Callable<Integer> {
  private static final List<Workload> QUICK_LOADS = List.of(
      Workload.ECHO,
      Workload.ECHO_PIPELINED,
      Workload.BROADCAST,
      Workload.BROADCAST_PIPELINED,
      Workload.POLLING,
      Workload.IDLE);

  @Option(
      names = "--quick",
      description = "Six loads beside netty-socketio and raw, under two minutes. The default.")
  private boolean quick;

  @Option(names = "--full", description = "All loads and servers, about forty minutes.")
  private boolean full;

  @Option(
      names = "--loads",
      split = ",",
      description = "Only these loads: ${COMPLETION-CANDIDATES}",
      completionCandidates = LoadIds.class)
  private @Nullable List<String> loads;

  @Option(
      names = "--servers",
      split = ",",
      description =
          "Only these: raw,parley,parley-blocking,parley-io-uring,parley-cluster,netty-socketio,node")
  private @Nullable List<String> servers;

  @Option(names = "--rounds", description = "How often each server is measured; quick 3, full 5.")
  private int rounds;

  @Option(names = "--seconds", description = "Length of one measurement; quick 0.4, full 3.")
  private double seconds;

  @Option(names = "--idle", description = "Number of idle connections; quick 1000, full 5000.")
  private int idle;

  @Option(
      names = "--jdk",
      description = "Home of the JDK that runs the servers; default: the one that runs this.")
  private Path jdk = Path.of(System.getProperty("java.home"));

  @Option(
      names = "--jvm",
      defaultValue = "-Xmx1g",
      description = "Flags of the servers' JVM. Default: ${DEFAULT-VALUE}")
  private String jvm = "";

  @Option(
      names = "--server-core",
      defaultValue = "0",
      description = "Core of the servers. Default: ${DEFAULT-VALUE}")
  private int serverCore;

  @Option(names = "--peers", required = true, hidden = true)
  private Path peers = Path.of("");

  @Option(names = "--node-modules", required = true, hidden = true)
  private Path nodeModules = Path.of("");

  @Option(names = "--json", description = "Where to write all figures.")
  private @Nullable Path json;

  @Option(names = "--chart", description = "Where to draw the ratios, as SVG.")
  private @Nullable Path chart;

  @Option(
      names = "--docs",
      description = "A Markdown file whose part between the results' markers is replaced.")
  private @Nullable Path docs;

  private boolean failed;

  /** For the help text. */
  static final class LoadIds extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    LoadIds() {
      super(Workload.ids());
    }
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    List<String> flags = jvm.isBlank() ? List.of() : List.of(jvm.trim().split("\\s+"));
    Contestant.Setup setup =
        new Contestant.Setup(jdk.resolve("bin/java"), flags, peers, nodeModules);
    List<Row> rows = new ArrayList<>();
    List<Contestant> contestants = present(setup);
    List<Workload> chosen = chosenLoads();
    if (chosen.remove(Workload.IDLE)) {
      measureIdle(contestants, setup, rows);
    }
    if (!chosen.isEmpty()) {
      measureRates(contestants, chosen, setup, rows);
    }
    rows.sort(Comparator.comparing(row -> Workload.of(row.load())));
    publish(new Results(Surroundings.describe(setup), rows));
    return failed ? 1 : 0;
  }

  private List<Workload> chosenLoads() {
    if (loads != null) {
      return new ArrayList<>(loads.stream().map(Workload::of).toList());
    }
    return new ArrayList<>(
        full ? Arrays.stream(Workload.values()).filter(Workload::isCommon).toList() : QUICK_LOADS);
  }

  private List<Contestant> present(Contestant.Setup setup) {
    List<Contestant> wanted = servers != null
        ? servers.stream().map(Contestant::of).sorted().toList()
        : full
            ? Arrays.stream(Contestant.values()).filter(Contestant::isCommon).toList()
            : List.of(Contestant.RAW, Contestant.PARLEY, Contestant.NETTY_SOCKETIO);
    List<Contestant> present = new ArrayList<>();
    for (Contestant contestant : wanted) {
      String missing = contestant.missing(setup);
      if (missing.isEmpty()) {
        present.add(contestant);
      } else {
        say(contestant.title() + " is left out: " + missing);
        failed |= servers != null;
      }
    }
    return present;
  }

  /** Each server new, because memory that another load has left behind would blur the difference. */
  private void measureIdle(List<Contestant> contestants, Contestant.Setup setup, List<Row> rows)
      throws IOException {
    int connections = idle > 0 ? idle : full ? 5000 : 1000;
    for (Contestant contestant : contestants) {
      try (ServerProcess server = ServerProcess.start(contestant, setup, serverCore)) {
        Sample sample;
        try {
          Workload.Memory memory =
              Workload.runIdle(server.port(), connections, server::residentBytes);
          say("idle  " + contestant.title() + "  " + Tables.number(memory.usedBytes()) + " B");
          sample = new Sample(1, null, memory, null);
        } catch (LoadFailure e) {
          sample = failure(Workload.IDLE, server, 1, e);
        }
        rows.add(new Row(Workload.IDLE.id(), contestant.id(), List.of(sample)));
      }
    }
  }

  private void measureRates(
      List<Contestant> contestants, List<Workload> chosen, Contestant.Setup setup, List<Row> rows)
      throws IOException {
    List<ServerProcess> running = new ArrayList<>();
    try {
      for (Contestant contestant : contestants) {
        running.add(ServerProcess.start(contestant, setup, serverCore));
      }
      for (Workload load : chosen) {
        rows.addAll(measure(load, running));
      }
    } finally {
      running.forEach(ServerProcess::close);
    }
  }

  private List<Row> measure(Workload load, List<ServerProcess> running) {
    List<Row> rows = new ArrayList<>();
    for (ServerProcess server : running) {
      rows.add(new Row(load.id(), server.contestant().id(), new ArrayList<>()));
    }
    int count = rounds > 0 ? rounds : full ? 5 : 3;
    for (int round = 1; round <= count; round++) {
      for (int i = 0; i < running.size(); i++) {
        if (rows.get(i).failure() == null) {
          rows.get(i).samples().add(measure(load, running.get(i), round));
        }
      }
    }
    return rows;
  }

  private Sample measure(Workload load, ServerProcess server, int round) {
    double window = seconds > 0 ? seconds : full ? 3 : 0.4;
    double warmUp = round == 1 ? Math.max(1.3, window * 5 / 3) : window / 3;
    Workload.Meters meters = new Workload.Meters(
        () -> server.cpuTime().micros(), () -> ProcFiles.cpuTime("self").micros());
    try {
      Workload.Rate rate = load.run(
          server.port(),
          server.speakingPort(),
          new Workload.Timing(warmUp, window, window * 0.8),
          meters);
      say("%s  %d  %s  %s µs, %s per second"
          .formatted(
              load.id(),
              round,
              server.contestant().title(),
              Tables.number(rate.serverMicros()),
              Tables.number(rate.perSecond())));
      return new Sample(round, rate, null, null);
    } catch (LoadFailure e) {
      return failure(load, server, round, e);
    }
  }

  private Sample failure(Workload load, ServerProcess server, int round, LoadFailure cause) {
    failed = true;
    String what = server.isAlive() ? cause.getMessage() : "the server has died";
    say(load.id() + "  " + round + "  " + server.contestant().title() + "  failed: " + what);
    return new Sample(round, null, null, what);
  }

  private void publish(Results results) throws IOException {
    System.out.print(Tables.terminal(results));
    if (json != null) {
      JsonMapper mapper =
          JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.writeString(json, mapper.writeValueAsString(results) + "\n");
    }
    if (chart != null) {
      Files.writeString(chart, Chart.svg(results));
    }
    if (docs != null) {
      Pages.replace(docs, Tables.markdown(results));
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
