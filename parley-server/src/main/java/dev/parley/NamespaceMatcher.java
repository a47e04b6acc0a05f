package dev.parley;

/** Says whether clients may ask for a namespace of this name. Runs on a handler thread and may block. */
@FunctionalInterface
public interface NamespaceMatcher {
  /** What it throws means no. */
  boolean matches(String name, Handshake handshake) throws Exception;
}
