package dev.parley.examples.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void tellsWhatItCanBeTold() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--bus", "--silent", "NOTIFICATIONS_SECRET", "sockets", "rest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sockets", "rest"})
  void runsOneHalfOnlyWithWhatItSharesWithTheOther(String half) {
    assertThat(run(half)).isEqualTo(2);
    assertThat(err.toString()).contains("set NOTIFICATIONS_SECRET for both");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--bus=nothing://u:secret@host", "--buss=redis://u:secret@host"})
  void saysWhatIsWrongWithABusWithoutItsPassword(String bus) {
    assertThat(run("--port", "0", "--rest-port", "0", bus)).isEqualTo(2);
    assertThat(err.toString()).contains("bus").doesNotContain("secret");
  }

  @Test
  void saysThatAPortIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = String.valueOf(taken.getLocalPort());
      assertThat(run("--port", port, "--rest-port", "0")).isEqualTo(1);
      assertThat(run("--port", "0", "--rest-port", port)).isEqualTo(1);
    }
    assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("already in use"));
  }

  private int run(String... args) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(args);
  }
}
