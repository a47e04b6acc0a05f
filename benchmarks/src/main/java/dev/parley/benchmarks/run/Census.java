package dev.parley.benchmarks.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many objects of each class a JVM holds after a collection, and their bytes. */
record Census(Map<String, Census.Count> classes) {
  /** A line as {@code    1:         36183        1741944  [B (java.base@17)}. */
  private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");

  record Count(long objects, long bytes) {}

  /** @param jdk the home of a JDK, which has the tool that asks */
  static Census of(Path jdk, long pid) {
    String[] command = {jdk.resolve("bin/jcmd").toString(), Long.toString(pid), "GC.class_histogram"
    };
    Map<String, Count> classes = new HashMap<>();
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (BufferedReader output = process.inputReader()) {
        output
            .lines()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .forEach(line -> classes.put(
                line.group(3),
                new Count(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)))));
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot run " + command[0], e);
    }
    return new Census(classes);
  }

  /** What has been added since, per one of so many, the largest first. */
  String describeSince(Census before, int many, int lines) {
    StringBuilder out = new StringBuilder("\nHeap of one connection\n    bytes  objects  class\n");
    classes.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), since(before, entry.getKey())))
        .filter(entry -> entry.getValue().objects() >= many / 10)
        .sorted(Map.Entry.comparingByValue((a, b) -> Long.compare(b.bytes(), a.bytes())))
        .limit(lines)
        .forEach(entry -> out.append(String.format(
            Locale.ROOT,
            "  %7.1f  %7.2f  %s%n",
            (double) entry.getValue().bytes() / many,
            (double) entry.getValue().objects() / many,
            entry.getKey())));
    return out.toString();
  }

  private Count since(Census before, String type) {
    Count now = classes.get(type);
    Count then = before.classes.getOrDefault(type, new Count(0, 0));
    return new Count(now.objects() - then.objects(), now.bytes() - then.bytes());
  }
}
