package dev.parley.app;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A command says itself what went wrong, once and in words for its user; the logs of what it uses would repeat that. */
final class Silence {
  /** Kept, as loggers that nobody holds forget their level. */
  private static final List<Logger> LOGGERS = List.of(
      Logger.getLogger("dev.parley.cluster"),
      Logger.getLogger("dev.parley.redis"),
      Logger.getLogger("dev.parley.rabbitmq"),
      Logger.getLogger("io.lettuce"),
      Logger.getLogger("io.netty"),
      Logger.getLogger("com.rabbitmq"));

  private Silence() {}

  static void keep() {
    LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
  }
}
