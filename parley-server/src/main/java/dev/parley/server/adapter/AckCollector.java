package dev.parley.server.adapter;

import dev.parley.Args;
import java.util.Collection;

/**
 * Gathers the acknowledgements of a broadcast. Called from any thread. For each id that was asked, exactly one of {@link
 * #answered} and {@link #missing} follows.
 */
public interface AckCollector {
  /** These sockets were asked. Called once by each node that has sockets, then never again by it. */
  void asked(Collection<String> socketIds);

  void answered(String socketId, Args values);

  /** The socket left, or did not answer in time. */
  void missing(String socketId);
}
