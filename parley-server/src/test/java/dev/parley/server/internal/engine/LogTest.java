package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Admission;
import dev.parley.Socket;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What clients send is never logged. */
class LogTest {
  private final StringWriter log = new StringWriter();
  private final SocketScene scene = new SocketScene();

  record Token(int token) {}

  private final Handler recorder = new Handler() {
    @Override
    public void publish(LogRecord line) {
      log.append(line.getMessage());
      if (line.getThrown() != null) {
        line.getThrown().printStackTrace(new PrintWriter(log, true));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  private String logged(Class<?> source, Runnable scenario) {
    Logger logger = Logger.getLogger(source.getName());
    logger.addHandler(recorder);
    try {
      scenario.run();
    } finally {
      logger.removeHandler(recorder);
    }
    return log.toString();
  }

  @Test
  void aPayloadOfAnotherTypeIsNotCited() {
    scene.server.of("/").on("count", Integer.class, (socket, count) -> {});
    FakeLink link = scene.join("/");
    String log = logged(Socket.class, () -> {
      link.text("42[\"count\",\"hunter2\"]");
      scene.runHandlers();
    });
    assertThat(log).contains("\"count\"").doesNotContain("hunter2");
  }

  @Test
  void anAuthOfAnotherTypeIsNotCited() {
    scene.server.of("/").admit(attempt -> attempt.auth().as(Token.class));
    FakeLink link = scene.open("EIO=4");
    String log = logged(Admission.class, () -> {
      link.text("40{\"token\":\"hunter2\"}");
      scene.runHandlers();
    });
    assertThat(log).contains("admission").doesNotContain("hunter2");
    assertThat(link.sent()).containsExactly("44{\"message\":\"Connection refused\"}");
  }
}
