package dev.parley.server.adapter;

import dev.parley.Args;
import java.util.Collection;

/**
 * Gathers the acknowledgements of the sockets of one node. Called from any thread: first {@link #asked}, once, then for each
 * id exactly one of {@link #answered} and {@link #missing}.
 */
public interface AckCollector {
  void asked(Collection<String> socketIds);

  void answered(String socketId, Args values);

  /** The socket left, or did not answer in time. */
  void missing(String socketId);
}
