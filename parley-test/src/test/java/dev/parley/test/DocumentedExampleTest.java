package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The documentation shows the example that runs here. */
class DocumentedExampleTest {
  @Test
  void isTheOneInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("../docs/how-to/test-your-handlers.md"));
    String example = Files.readString(Path.of("src/test/java/dev/parley/test/ChatTest.java"));

    assertThat(page).contains(example.substring(example.indexOf("class ChatTest")));
  }
}
