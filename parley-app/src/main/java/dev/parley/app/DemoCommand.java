package dev.parley.app;

import dev.parley.Parley;
import dev.parley.app.demo.DemoServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the demo until it is interrupted. */
@Command(
    name = "demo",
    description =
        "Runs three small applications to try in a browser: a chat, an echo, an anonymous chat.",
    showDefaultValues = true)
final class DemoCommand implements Callable<Integer> {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port to listen on; 0 takes a free one.")
  private int port = 8000;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on. The default is for this machine only; 0.0.0.0 opens the demo to your network.")
  private String host = "127.0.0.1";

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (Parley parley = DemoServer.build(Parley.builder().listen(host, port))) {
      parley.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> parley.close(CLOSE_PATIENCE)));
      out.println("The demo runs on http://" + shownHost() + ":" + parley.port()
          + " - open it in two tabs. Ctrl+C stops it.");
      out.flush();
      parley.awaitStop();
      return 0;
    } catch (IOException | IllegalArgumentException broken) {
      err.println(explain(broken));
      return 1;
    }
  }

  private String explain(Exception broken) {
    String message = String.valueOf(broken.getMessage());
    return message.contains("already in use")
        ? "Port " + port + " is in use. Choose another with --port N; --port 0 takes a free one."
        : "The demo cannot start: " + message;
  }

  private String shownHost() {
    return host.equals("127.0.0.1") || host.equals("0.0.0.0") ? "localhost" : host;
  }
}
