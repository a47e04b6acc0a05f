package dev.parley.benchmarks.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
  private static final int NO_CORE = -1;

  private final int port;
  private final List<Runnable> afterwards;
  private int speakingPort;

  private ServerProcess(
      Contestant contestant, Process process, int port, List<Runnable> afterwards) {
    this.contestant = contestant;
    this.process = process;
    this.port = port;
    this.afterwards = afterwards;
    this.speakingPort = port;
  }

  /** Starts a server and waits until it listens. */
  static ServerProcess start(Contestant contestant, Contestant.Setup setup, int core)
      throws IOException {
    if (contestant != Contestant.PARLEY_CLUSTER) {
      return start(contestant, setup, core, List.of(), List.of());
    }
    // Only the node that delivers is measured: the broker and the node that speaks share the
    // generator's core.
    int redisPort = freePort();
    Process redis = launch(contestant.redis(redisPort), setup);
    List<String> bus = List.of("--bus", "redis://127.0.0.1:" + redisPort);
    ServerProcess speaking =
        start(contestant, setup, ServerProcess.NO_CORE, bus, List.of(redis::destroyForcibly));
    return start(contestant, setup, core, bus, List.of(speaking::close)).speakingOn(speaking);
  }

  private static ServerProcess start(
      Contestant contestant,
      Contestant.Setup setup,
      int core,
      List<String> options,
      List<Runnable> afterwards)
      throws IOException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    if (core != NO_CORE) {
      command.addAll(List.of("taskset", "-c", Integer.toString(core)));
    }
    command.addAll(contestant.command(setup, port));
    command.addAll(options);
    ServerProcess server = new ServerProcess(contestant, launch(command, setup), port, afterwards);
    try {
      server.awaitReady();
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Process launch(List<String> command, Contestant.Setup setup) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("NODE_PATH", setup.nodeModules().toString());
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private ServerProcess speakingOn(ServerProcess other) {
    speakingPort = other.port;
    return this;
  }

  /** Where one client speaks to all: the same port but in a cluster. */
  int speakingPort() {
    return speakingPort;
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

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Processor time used so far by all its threads, compilation and garbage collection included. */
  ProcFiles.CpuTime cpuTime() {
    return ProcFiles.cpuTime(Long.toString(process.pid()));
  }

  long residentBytes() {
    return ProcFiles.residentBytes(Long.toString(process.pid()));
  }

  /** Lets the server end by itself, so that its JVM writes what it has recorded. */
  void stop() throws IOException {
    process.getOutputStream().close();
    try {
      process.waitFor(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    afterwards.forEach(Runnable::run);
  }
}
