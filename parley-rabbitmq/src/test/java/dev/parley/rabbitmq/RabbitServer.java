package dev.parley.rabbitmq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A RabbitMQ of our own, and its epmd, on free ports of the loopback address. It takes seconds to start: tests share it. */
public final class RabbitServer implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** What Debian has on the path insists on a user of its own, and on one home for all. */
  private static final Path DEBIAN = Path.of("/usr/lib/rabbitmq/bin");

  private static RabbitServer shared;

  private final int port;
  private final int epmdPort;
  private final Path directory;
  private final Map<String, String> environment;
  private Process epmd;
  private Process process;

  /** Does not start it. @param more lines of {@code rabbitmq.conf} */
  public RabbitServer(String... more) {
    try {
      int[] ports = freePorts(3);
      port = ports[0];
      epmdPort = ports[1];
      directory = Files.createTempDirectory("parley-rabbitmq");
      List<String> lines = new ArrayList<>(List.of(
          "listeners.tcp.1 = 127.0.0.1:" + port,
          "disk_free_limit.absolute = 1MB",
          "vm_memory_high_watermark.relative = 0.4"));
      lines.addAll(Arrays.asList(more));
      Files.write(directory.resolve("rabbitmq.conf"), lines);
      Files.writeString(directory.resolve("enabled_plugins"), "[].\n");
      Files.writeString(directory.resolve("rabbitmq-env.conf"), "");
      environment = environment(ports[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
  }

  private static int[] freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket each : held) {
        each.close();
      }
    }
  }

  private Map<String, String> environment(int distributionPort) {
    return Map.ofEntries(
        Map.entry("HOME", directory.toString()),
        // The script becomes the broker, and does not stay in between.
        Map.entry("RUNNING_UNDER_SYSTEMD", "true"),
        Map.entry("RABBITMQ_NODENAME", "parley-" + port + "@localhost"),
        Map.entry("RABBITMQ_DIST_PORT", String.valueOf(distributionPort)),
        Map.entry("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString()),
        Map.entry("RABBITMQ_LOG_BASE", directory.resolve("log").toString()),
        Map.entry("RABBITMQ_LOGS", "-"),
        Map.entry("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString()),
        Map.entry(
            "RABBITMQ_ADVANCED_CONFIG_FILE",
            directory.resolve("advanced.config").toString()),
        Map.entry(
            "RABBITMQ_CONF_ENV_FILE", directory.resolve("rabbitmq-env.conf").toString()),
        Map.entry(
            "RABBITMQ_ENABLED_PLUGINS_FILE",
            directory.resolve("enabled_plugins").toString()),
        Map.entry(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
        Map.entry("ERL_EPMD_PORT", String.valueOf(epmdPort)));
  }

  public static RabbitServer started(String... more) {
    return new RabbitServer(more).start();
  }

  /** One that no test harms; it ends with this JVM. */
  public static synchronized RabbitServer shared() {
    if (shared == null) {
      shared = started();
    }
    return shared;
  }

  /** Returns when it answers. */
  public RabbitServer start() {
    if (epmd == null) {
      epmd = launch("epmd.log", "epmd", "-address", "127.0.0.1", "-port", String.valueOf(epmdPort));
    }
    process = launch("rabbitmq.log", tool("rabbitmq-server"));
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!answers()) {
      if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
        throw new AssertionError("RabbitMQ did not start: " + log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return this;
  }

  private static String tool(String name) {
    return Files.isDirectory(DEBIAN) ? DEBIAN.resolve(name).toString() : name;
  }

  private Process launch(String log, String... command) {
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(log).toFile()));
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(command[0] + " is needed for this test", e);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("AMQP\0\0\11\1".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("rabbitmq.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  boolean running() {
    return process != null && process.isAlive();
  }

  /** Runs {@code rabbitmqctl}. @return what it has printed */
  public String control(String... arguments) {
    List<String> command = new ArrayList<>(List.of(tool("rabbitmqctl"), "--quiet"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process control = builder.start();
      String output = new String(control.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (control.waitFor() != 0) {
        throw new AssertionError(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** From now on there is never memory enough: it reads nothing from who publishes. */
  public void raiseAlarm() {
    control("set_vm_memory_high_watermark", "0");
  }

  public void endAlarm() {
    control("set_vm_memory_high_watermark", "0.4");
  }

  public int port() {
    return port;
  }

  public String url() {
    return "amqp://127.0.0.1:" + port;
  }

  /** As if its machine had lost its power. */
  public void kill() {
    end(process);
  }

  private static void end(Process process) {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  /** From now on it keeps its connections, and does nothing. */
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int status = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
      if (status != 0) {
        throw new AssertionError("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void stop() {
    end(process);
    end(epmd);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // It may have been stopped before, or still be writing a last line.
    }
  }

  @Override
  public void close() {
    stop();
  }
}
