package dev.parley.app;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The program: {@code parley COMMAND}. */
@Command(
    name = "parley",
    description = "A Socket.IO server, ready to run.",
    subcommands = {DemoCommand.class, EmitCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class ParleyCommand {
  /** What stands before the last at sign of a URL, as far as one word goes. */
  private static final Pattern SECRETS = Pattern.compile("://\\S*@");

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
    return new CommandLine(new ParleyCommand())
        .registerConverter(Duration.class, new Times())
        // What begins with an at sign is an argument of the command's, to be read by it.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(ParleyCommand::explain);
  }

  /** The usage would push the reason out of sight. */
  private static int explain(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    String message = SECRETS.matcher(String.valueOf(wrong.getMessage())).replaceAll("://...@");
    command.getErr().println(message);
    command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
