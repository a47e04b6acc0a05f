package dev.parley;

/** Decides whether a client may join a namespace. Runs on a handler thread and may block. */
@FunctionalInterface
public interface Admission {
  /**
   * Returns to let the client in, or throws to turn it away.
   *
   * @throws Refused with what the client may know; any other exception is logged, and the client learns only that it was
   *     refused
   */
  void admit(Attempt attempt) throws Exception;
}
