package dev.parley.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program: {@code parley COMMAND}. */
@Command(
    name = "parley",
    description = "A Socket.IO server, ready to run.",
    subcommands = DemoCommand.class,
    synopsisSubcommandLabel = "COMMAND")
public final class ParleyCommand {
  @Option(
      names = {"-h", "--help"},
      description = "Shows this and exits.",
      usageHelp = true,
      scope = ScopeType.INHERIT)
  private boolean help;

  private ParleyCommand() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new ParleyCommand());
  }
}
