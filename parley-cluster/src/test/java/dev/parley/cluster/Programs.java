package dev.parley.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What tests do with the brokers and other programs that they start. */
public final class Programs {
  private static final int ANSWER_MILLIS = 1_000;
  private static final long LOOK_NANOS = 5_000_000;

  private Programs() {}

  /** Different ones, of the loopback address. */
  public static int[] freePorts(int count) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      held.forEach(Programs::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** @return what starts with this command, needs it on the path, and says all in this file */
  public static Process start(ProcessBuilder builder, Path log) {
    try {
      return builder
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(builder.command().get(0) + " is needed for this test", e);
    }
  }

  /** Runs a program that ends by itself. @return what it has printed */
  public static String run(ProcessBuilder builder) {
    try {
      Process program = builder.redirectErrorStream(true).start();
      String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (program.waitFor() != 0) {
        throw new AssertionError(builder.command() + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(builder.command().get(0) + " is needed for this test", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns when the program on this port answers a question so. @param log shown if it does not */
  public static void awaitAnswer(
      Process program, int port, String question, String answer, Duration patience, Path log) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!answers(port, question, answer)) {
      if (System.nanoTime() - deadline > 0 || !program.isAlive()) {
        throw new AssertionError("it did not start: " + contents(log));
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** @param answers what its first byte may be */
  private static boolean answers(int port, String question, String answers) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(question.getBytes(StandardCharsets.ISO_8859_1));
      return answers.indexOf(socket.getInputStream().read()) >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String contents(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Sends a signal, such as {@code STOP}. */
  public static void signal(Process program, String name) {
    run(new ProcessBuilder("kill", "-" + name, String.valueOf(program.pid())));
  }

  /** Ends it as if its machine had lost its power, and returns when it is gone. */
  public static void kill(Process program) {
    program.destroyForcibly();
    try {
      program.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public static Path newDirectory(String name) {
    try {
      return Files.createTempDirectory(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With all that is in it, as far as nobody else writes to it or deletes it. */
  public static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A program that was killed may leave another that still writes a last line.
    }
  }
}
