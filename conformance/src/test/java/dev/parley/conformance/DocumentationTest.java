package dev.parley.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Java sample of the documentation compiles. A sample with imports is a file of its own; any other is the body of a
 * method that has a server, a namespace and a socket at hand.
 */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern SAMPLE =
      Pattern.compile("^```java\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
  private static final String IMPORTS = """
      import dev.parley.*;
      import dev.parley.cluster.*;
      import dev.parley.http.*;
      import dev.parley.test.*;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.regex.Pattern;
      import tools.jackson.core.type.TypeReference;
      """;
  private static final String CONTEXT = """
      class Sample {
        record Say(String room, String text) {}
        static class Desk { @OnEvent public void ask() {} }
        static class Game { @OnEvent public void move() {} }
        Parley parley;
        Namespace chat;
        Socket socket;
        void sample() throws Exception {
      """;

  record Sample(String name, String source) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    try (Stream<Path> files =
        Stream.concat(Stream.of(ROOT.resolve("README.md")), Files.walk(ROOT.resolve("docs")))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).sorted().toList()) {
        String text = Files.readString(file);
        Matcher matcher = SAMPLE.matcher(text);
        while (matcher.find()) {
          long line = text.substring(0, matcher.start()).lines().count() + 1;
          samples.add(new Sample(ROOT.relativize(file) + ":" + line, matcher.group(1)));
        }
      }
    }
    return samples;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void compiles(Sample sample, @TempDir Path classes) {
    boolean whole = sample.source().startsWith("import ");
    String unit = whole ? sample.source() : IMPORTS + CONTEXT + sample.source() + "}}\n";
    Matcher publicClass =
        Pattern.compile("public (?:final )?class (\\w+)").matcher(sample.source());
    String name = whole && publicClass.find() ? publicClass.group(1) : "Sample";
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    compiler
        .getTask(
            null,
            null,
            problems,
            List.of(
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path")),
            null,
            List.of(new Source(name, unit)))
        .call();
    assertThat(problems.getDiagnostics())
        .as("%s", unit)
        .filteredOn(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
