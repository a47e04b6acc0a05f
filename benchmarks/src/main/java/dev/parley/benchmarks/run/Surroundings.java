package dev.parley.benchmarks.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What has to be known to read the figures: date, machine and versions. */
final class Surroundings {
  private Surroundings() {}

  static Map<String, String> describe(Contestant.Setup setup) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", LocalDate.now().toString());
    facts.put("machine", cpu() + ", " + cores() + " cores");
    facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("servers' JDK", firstLine(List.of(setup.java().toString(), "--version")));
    facts.put("servers' flags", setup.flags().isEmpty() ? "none" : String.join(" ", setup.flags()));
    facts.put("generator's JDK", Runtime.version().toString());
    facts.put("Netty", netty());
    facts.put("netty-socketio", "2.0.14");
    facts.put("Node", firstLine(List.of("node", "--version")) + ", socket.io " + socketIo(setup));
    return facts;
  }

  private static String cpu() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 2))
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String cores() {
    try {
      return Long.toString(Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("processor"))
          .count());
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String netty() {
    return io.netty.util.Version.identify().values().stream()
        .map(io.netty.util.Version::artifactVersion)
        .findFirst()
        .orElse("unknown");
  }

  private static String socketIo(Contestant.Setup setup) {
    try {
      String json = Files.readString(setup.nodeModules().resolve("socket.io/package.json"));
      return JsonMapper.shared().readTree(json).path("version").asString();
    } catch (IOException e) {
      return "absent";
    }
  }

  private static String firstLine(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader output = process.inputReader()) {
        String line = output.readLine();
        return line == null ? "unknown" : line;
      }
    } catch (IOException e) {
      return "absent";
    }
  }
}
