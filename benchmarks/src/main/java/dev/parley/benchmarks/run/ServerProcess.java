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
  }
}
