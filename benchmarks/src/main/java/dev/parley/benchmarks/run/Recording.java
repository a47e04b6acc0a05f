package dev.parley.benchmarks.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/** What a flight recording says about methods and allocations. */
final class Recording {
  private final String ours;

  /** Samples by the method on top, by every method of ours that was being called, and by our innermost with its line. */
  private final Map<String, Long> self = new HashMap<>();

  private final Map<String, Long> inclusive = new HashMap<>();
  private final Map<String, Long> innermost = new HashMap<>();

  /** Bytes by class, and by class and our innermost line. */
  private final Map<String, Long> allocatedClasses = new HashMap<>();

  private final Map<String, Long> allocationSites = new HashMap<>();
  private long samples;
  private long allocated;

  private Recording(String ours) {
    this.ours = ours;
  }

  /**
   * @param ours the start of our classes' names
   * @param from what was recorded earlier does not count
   */
  static Recording read(Path file, String ours, Instant from, Instant to) throws IOException {
    Recording recording = new Recording(ours);
    try (RecordingFile events = new RecordingFile(file)) {
      while (events.hasMoreEvents()) {
        RecordedEvent event = events.readEvent();
        if (event.getStartTime().isAfter(from) && event.getStartTime().isBefore(to)) {
          recording.add(event);
        }
      }
    }
    return recording;
  }

  private void add(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return;
    }
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> addSample(frames);
      case "jdk.ObjectAllocationSample" ->
        addAllocation(event.getClass("objectClass").getName(), event.getLong("weight"), frames);
      default -> {}
    }
  }

  private void addSample(List<RecordedFrame> frames) {
    if (isWaiting(frames)) {
      return;
    }
    samples++;
    self.merge(name(frames.get(0).getMethod()), 1L, Long::sum);
    innermost.merge(site(frames), 1L, Long::sum);
    Set<String> seen = new HashSet<>();
    for (RecordedFrame frame : frames) {
      String name = name(frame.getMethod());
      if (name.startsWith(ours) && seen.add(name)) {
        inclusive.merge(name, 1L, Long::sum);
      }
    }
  }

  /** A thread in a call that only waits uses no processor, but is sampled like one that writes. */
  private static boolean isWaiting(List<RecordedFrame> frames) {
    String top = name(frames.get(0).getMethod());
    return top.contains("epollWait")
        || top.contains("readBytes")
        || top.contains(".park")
        || top.endsWith("accept0")
        || top.contains("Net.poll");
  }

  private void addAllocation(String type, long bytes, List<RecordedFrame> frames) {
    allocated += bytes;
    allocatedClasses.merge(type, bytes, Long::sum);
    allocationSites.merge(type + "  at  " + site(frames), bytes, Long::sum);
  }

  private String site(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String name = name(frame.getMethod());
      if (name.startsWith(ours)) {
        return name + ":" + frame.getLineNumber();
      }
    }
    return name(frames.get(0).getMethod()) + " (none of ours)";
  }

  private static String name(RecordedMethod method) {
    return method.getType().getName().replaceAll("[$][$]Lambda.*", "\\$lambda") + "."
        + method.getName();
  }

  /** Bytes allocated, extrapolated from the samples. */
  long allocatedBytes() {
    return allocated;
  }

  String describe(int lines) {
    return list("Methods on top", self, samples, lines)
        + list("Our methods, with what they call", inclusive, samples, lines)
        + list("Our innermost lines", innermost, samples, lines)
        + list("Allocated classes", allocatedClasses, allocated, lines)
        + list("Allocation sites", allocationSites, allocated, lines);
  }

  private static String list(String title, Map<String, Long> counts, long all, int lines) {
    StringBuilder out = new StringBuilder("\n").append(title).append('\n');
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(lines)
        .forEach(entry -> out.append(String.format(
            Locale.ROOT, "  %5.1f %%  %s%n", 100.0 * entry.getValue() / all, entry.getKey())));
    return out.toString();
  }
}
