package dev.parley.rabbitmq;

import dev.parley.cluster.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A RabbitMQ of our own, and its epmd, on free ports of the loopback address. It takes seconds to start: tests share it. */
public final class RabbitServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What Debian has on the path insists on a user of its own, and on one home for all. */
  private static final Path DEBIAN = Path.of("/usr/lib/rabbitmq/bin");

  private static RabbitServer shared;

  private final int port;
  private final int epmdPort;
  private final Path directory = Programs.newDirectory("parley-rabbitmq");
  private final Map<String, String> environment;
  private Process epmd;
  private Process process;

  /** Does not start it. @param more lines of {@code rabbitmq.conf} */
  public RabbitServer(String... more) {
    int[] ports = Programs.freePorts(3);
    port = ports[0];
    epmdPort = ports[1];
    environment = environment(ports[2]);
    List<String> lines = new ArrayList<>(List.of(
        "listeners.tcp.1 = 127.0.0.1:" + port,
        "disk_free_limit.absolute = 1MB",
        "vm_memory_high_watermark.relative = 0.4"));
    lines.addAll(Arrays.asList(more));
    try {
      Files.write(directory.resolve("rabbitmq.conf"), lines);
      Files.writeString(directory.resolve("enabled_plugins"), "[].\n");
      Files.writeString(directory.resolve("rabbitmq-env.conf"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
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
    Programs.awaitAnswer(
        process, port, "AMQP\0\0\11\1", "\1", PATIENCE, directory.resolve("rabbitmq.log"));
    return this;
  }

  private static String tool(String name) {
    return Files.isDirectory(DEBIAN) ? DEBIAN.resolve(name).toString() : name;
  }

  private Process launch(String log, String... command) {
    return Programs.start(inEnvironment(List.of(command)), directory.resolve(log));
  }

  private ProcessBuilder inEnvironment(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }

  boolean running() {
    return process != null && process.isAlive();
  }

  /** Runs {@code rabbitmqctl}. @return what it has printed */
  public String control(String... arguments) {
    List<String> command = new ArrayList<>(List.of(tool("rabbitmqctl"), "--quiet"));
    command.addAll(Arrays.asList(arguments));
    return Programs.run(inEnvironment(command));
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
      Programs.kill(process);
    }
  }

  /** From now on it keeps its connections, and does nothing. */
  public void freeze() {
    Programs.signal(process, "STOP");
  }

  public void thaw() {
    Programs.signal(process, "CONT");
  }

  private void stop() {
    end(process);
    end(epmd);
    Programs.delete(directory);
  }

  @Override
  public void close() {
    stop();
  }
}
