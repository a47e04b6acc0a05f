package dev.parley.server.transport;

/** Finds the host that is on the class path or module path, by {@link java.util.ServiceLoader}. */
public interface HostProvider {
  Host create();
}
