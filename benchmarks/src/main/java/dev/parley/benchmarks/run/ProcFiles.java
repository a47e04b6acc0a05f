package dev.parley.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux tells of a process. */
final class ProcFiles {
  /** The kernel shows processor time in hundredths of a second, whatever its own clock is. */
  private static final long MICROS_PER_TICK = 10_000;

  private ProcFiles() {}

  /** Processor time of all threads, in the program and in the kernel on its behalf. */
  record CpuTime(long userMicros, long systemMicros) {
    long micros() {
      return userMicros + systemMicros;
    }
  }

  /** @param pid a process id, or {@code self} */
  static CpuTime cpuTime(String pid) {
    String stat = read(pid, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return new CpuTime(
        Long.parseLong(fields[11]) * MICROS_PER_TICK, Long.parseLong(fields[12]) * MICROS_PER_TICK);
  }

  static long residentBytes(String pid) {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static String read(String pid, String file) {
    try {
      return Files.readString(Path.of("/proc", pid, file));
    } catch (IOException e) {
      throw new IllegalStateException("process " + pid + " has ended", e);
    }
  }
}
