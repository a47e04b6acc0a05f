package dev.parley.benchmarks.run;

import dev.parley.benchmarks.ParleyServer;
import dev.parley.benchmarks.raw.RawServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A server that is measured, and how it is started. */
enum Contestant {
  RAW("raw", "raw Netty"),
  PARLEY("parley", "Parley"),
  PARLEY_BLOCKING("parley-blocking", "Parley, default lane"),
  PARLEY_IO_URING("parley-io-uring", "Parley on io_uring"),
  PARLEY_CLUSTER("parley-cluster", "Parley, said on another node"),
  NETTY_SOCKETIO("netty-socketio", "netty-socketio"),
  NODE("node", "Node socket.io");

  private static final Path REDIS = Path.of("/usr/bin/redis-server");

  private final String id;
  private final String title;

  Contestant(String id, String title) {
    this.id = id;
    this.title = title;
  }

  String id() {
    return id;
  }

  String title() {
    return title;
  }

  static Contestant of(String id) {
    return Arrays.stream(values())
        .filter(server -> server.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no server \"" + id + "\"; there are "
            + Arrays.stream(values()).map(Contestant::id).toList()));
  }

  /** Whether it takes part unasked: io_uring is not allowed everywhere, and a cluster is for broadcasts. */
  boolean isCommon() {
    return this != PARLEY_IO_URING && this != PARLEY_CLUSTER;
  }

  /**
   * Where the peers are and what runs the Java ones.
   *
   * @param java the java program
   * @param flags its flags
   * @param peers the folder of the peers' sources
   * @param nodeModules where npm has put Socket.IO
   */
  record Setup(Path java, List<String> flags, Path peers, Path nodeModules) {}

  /** Why it cannot run here; empty if it can. */
  String missing(Setup setup) {
    if (this == NETTY_SOCKETIO && !Files.exists(nettySocketio(setup).resolve("server.jar"))) {
      return "its program is not built";
    }
    if (this == NODE && !Files.exists(setup.nodeModules.resolve("socket.io"))) {
      return "Node or its packages are not there";
    }
    if (this == PARLEY_CLUSTER && !Files.isExecutable(REDIS)) {
      return REDIS + " is not there";
    }
    return "";
  }

  List<String> redis(int port) {
    return List.of(
        REDIS.toString(),
        "--port",
        Integer.toString(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--loglevel",
        "warning");
  }

  List<String> command(Setup setup, int port) {
    List<String> command = switch (this) {
      case RAW -> java(setup, ownClassPath(), RawServer.class.getName());
      case PARLEY -> java(setup, ownClassPath(), ParleyServer.class.getName());
      case PARLEY_BLOCKING, PARLEY_IO_URING, PARLEY_CLUSTER ->
        java(setup, ownClassPath(), ParleyServer.class.getName());
      case NETTY_SOCKETIO ->
        java(
            setup,
            nettySocketio(setup) + "/server.jar:" + nettySocketio(setup) + "/lib/*",
            "dev.parley.benchmarks.peer.NettySocketioServer");
      case NODE ->
        new ArrayList<>(
            List.of("node", "--expose-gc", setup.peers.resolve("node/server.js").toString()));
    };
    command.addAll(List.of("--port", Integer.toString(port), "--with-parent"));
    if (this == PARLEY_BLOCKING) {
      command.addAll(List.of("--lane", "blocking"));
    } else if (this == PARLEY_IO_URING) {
      command.addAll(List.of("--transport", "IO_URING"));
    }
    return command;
  }

  private static Path nettySocketio(Setup setup) {
    return setup.peers.resolve("netty-socketio/target");
  }

  private static List<String> java(Setup setup, String classPath, String main) {
    List<String> command = new ArrayList<>();
    command.add(setup.java.toString());
    command.addAll(setup.flags);
    command.addAll(List.of("-cp", classPath, main));
    return command;
  }

  private static String ownClassPath() {
    return System.getProperty("java.class.path");
  }
}
