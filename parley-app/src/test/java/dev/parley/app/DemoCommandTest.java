package dev.parley.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Parley;
import dev.parley.app.demo.DemoServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void saysWhatToDoIfThePortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      assertThat(run("demo", "--port", String.valueOf(port))).isEqualTo(1);
      assertThat(err.toString())
          .isEqualToNormalizingNewlines("Port " + port
              + " is in use. Choose another with --port N; --port 0 takes a free one.\n");
    }
  }

  @Test
  void saysWhatIsWrongWithAnAddress() {
    assertThat(run("demo", "--host", "nowhere.invalid")).isEqualTo(1);
    assertThat(err.toString().lines()).singleElement().asString().contains("nowhere.invalid");
  }

  @Test
  void tellsHowToOpenItToTheNetwork() {
    assertThat(run("demo", "--help")).isZero();
    assertThat(out.toString()).contains("--port", "8000", "127.0.0.1", "0.0.0.0");
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html",
    "/chat/, text/html",
    "/chat/chat.js, text/javascript",
    "/echo/, text/html",
    "/anonymous/, text/html",
    "/style.css, text/css",
    "/icon.svg, image/svg+xml",
    "/socket.io/socket.io.min.js, application/javascript",
  })
  void servesItsPages(String path, String type) throws Exception {
    try (Parley parley =
        DemoServer.build(Parley.builder().listen("127.0.0.1", 0)).start()) {
      URI uri = URI.create("http://127.0.0.1:" + parley.port() + path);
      HttpResponse<String> response = HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type").orElse("")).startsWith(type);
    }
  }

  private int run(String... args) {
    CommandLine command = ParleyCommand.commandLine();
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    return command.execute(args);
  }
}
