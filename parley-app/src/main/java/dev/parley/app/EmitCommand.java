package dev.parley.app;

import dev.parley.AckReport;
import dev.parley.Broadcast;
import dev.parley.app.BusOptions.Failure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Sends an event to clients of a cluster. */
@Command(
    name = "emit",
    description = "Sends an event to clients of a cluster, through its bus.",
    footer = {
      "",
      "Exit codes: 0 the broker has it (with --ack: all have answered);",
      "1 it has not, or answers are missing; 2 the command is wrong.",
      "",
      "Example: parley emit --bus redis://localhost --to 42 greeting '{\"text\":\"hello\"}'"
    })
final class EmitCommand implements Callable<Integer> {
  @Mixin
  private BusOptions bus;

  @Option(
      names = "--ack",
      description = "Asks every client for an acknowledgement and prints each as a line of JSON.")
  private boolean ack;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "How long --ack waits for the slowest client. Default: ${DEFAULT-VALUE}")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(
      names = "--volatile",
      description = "Clients that are not ready at this moment may miss it.")
  private boolean mayBeDropped;

  @Parameters(index = "0", paramLabel = "EVENT", description = "The name of the event.")
  private String event;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "JSON",
      description =
          "Its arguments, each one JSON: 42, '\"text\"', '{\"a\":1}'; @FILE reads a file, - the"
              + " standard input.")
  private List<String> json = List.of();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Object[] args;
    try {
      args = JsonArguments.read(json, System.in).toArray();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    return bus.use(ack, clients -> emit(mayBeDropped ? clients.asVolatile() : clients, args));
  }

  private int emit(Broadcast clients, Object[] args) throws Failure, InterruptedException {
    if (!ack) {
      clients.emit(event, args);
      return 0;
    }
    try {
      AckReport report = clients.timeout(timeout).emitWithAck(event, args).get();
      show(report);
      return report.complete() ? 0 : 1;
    } catch (ExecutionException e) {
      throw new Failure("The clients could not be asked: " + e.getCause().getMessage());
    }
  }

  private void show(AckReport report) {
    PrintWriter out = spec.commandLine().getOut();
    for (AckReport.Answer answer : report.answers()) {
      Map<String, @Nullable Object> line = new LinkedHashMap<>();
      line.put("socketId", answer.socketId());
      line.put("values", answer.values().toList());
      out.println(JsonMapper.shared().writeValueAsString(line));
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    if (!report.complete()) {
      err.println(missing(report));
    } else if (report.answers().isEmpty()) {
      err.println("No client is there.");
    }
  }

  private String missing(AckReport report) {
    List<String> who = new ArrayList<>();
    int clients = report.missing().size() + report.missingElsewhere();
    if (clients > 0) {
      who.add(clients == 1 ? "1 client" : clients + " clients");
    }
    if (report.missingNodes() > 0) {
      who.add(report.missingNodes() == 1 ? "1 server" : report.missingNodes() + " servers");
    }
    return "No answer within " + Times.show(timeout) + " from " + String.join(" and ", who) + ".";
  }
}
