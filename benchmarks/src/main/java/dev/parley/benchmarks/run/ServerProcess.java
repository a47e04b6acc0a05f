package dev.parley.benchmarks.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running server, pinned to a core. It is killed when closed and when this program ends; should this program be killed,
 * its standard input ends and it stops by itself.
 */
final class ServerProcess implements AutoCloseable {
  private final Contestant contestant;
  private final Process process;
  private final int port;

  private ServerProcess(Contestant contestant, Process process, int port) {
    this.contestant = contestant;
    this.process = process;
    this.port = port;
  }

  /** Starts a server and waits until it listens. */
  static ServerProcess start(Contestant contestant, Contestant.Setup setup, int core)
      throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
    command.addAll(contestant.command(setup, port));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("NODE_PATH", setup.nodeModules().toString());
    Process process = builder.start();
    ServerProcess server = new ServerProcess(contestant, process, port);
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    try {
      server.awaitReady();
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void awaitReady() throws IOException {
    BufferedReader output = process.inputReader();
    String line;
    while ((line = output.readLine()) != null) {
      if (line.startsWith("ready")) {
        return;
      }
    }
    throw new IOException(contestant.title() + " ended before it listened");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      return socket.getLocalPort();
    }
  }

  Contestant contestant() {
    return contestant;
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Processor time used so far by all its threads, compilation and garbage collection included. */
  long cpuMicros() {
    return ProcFiles.cpuMicros(Long.toString(process.pid()));
  }

  long residentBytes() {
    return ProcFiles.residentBytes(Long.toString(process.pid()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What Linux tells of a process. */
  static final class ProcFiles {
    /** The kernel counts processor time in hundredths of a second here, whatever its own clock is. */
    private static final long MICROS_PER_TICK = 10_000;

    private ProcFiles() {}

    /** @param pid a process id, or {@code self} */
    static long cpuMicros(String pid) {
      String stat = read(pid, "stat");
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MICROS_PER_TICK;
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
}
