package dev.parley.redis;

import dev.parley.cluster.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A Redis of our own, on a free port of the loopback address; it keeps nothing. */
public final class RedisServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final AtomicInteger NAMES = new AtomicInteger();

  private static RedisServer shared;

  private final int port = freePort();
  private final Path directory = Programs.newDirectory("parley-redis");
  private final List<String> more;
  private Process process;

  /** Does not start it. @param more arguments of {@code redis-server} */
  public RedisServer(String... more) {
    this.more = List.of(more);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  static int freePort() {
    return Programs.freePorts(1)[0];
  }

  public static RedisServer started(String... more) {
    return new RedisServer(more).start();
  }

  /** One that no test harms; it ends with this JVM. */
  public static synchronized RedisServer shared() {
    if (shared == null) {
      shared = started();
    }
    return shared;
  }

  /** For what a test keeps to itself in the shared one. */
  static String newName() {
    return "test-" + NAMES.incrementAndGet();
  }

  /** Returns when it answers. */
  public RedisServer start() {
    return run(List.of("redis-server"));
  }

  /** Starts it with a file of configuration, too. */
  public RedisServer startWith(Path configuration) {
    return run(List.of("redis-server", configuration.toString()));
  }

  private RedisServer run(List<String> program) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("--bind", "127.0.0.1"));
    command.addAll(List.of("--port", String.valueOf(port), "--dir", directory.toString()));
    command.addAll(List.of("--save", "", "--appendonly", "no"));
    command.addAll(more);
    Path log = file("log");
    process = Programs.start(new ProcessBuilder(command), log);
    // One with a password answers with an error, and is there too.
    Programs.awaitAnswer(process, port, "PING\r\n", "+-", PATIENCE, log);
    return this;
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** The path of a file in its directory. */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /** Asks it by {@code redis-cli}. */
  public String ask(String... command) {
    List<String> all = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
    all.addAll(List.of(command));
    return Programs.run(new ProcessBuilder(all)).strip();
  }

  /** As if its machine had lost its power. */
  public void kill() {
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

  @Override
  public void close() {
    kill();
    Programs.delete(directory);
  }
}
