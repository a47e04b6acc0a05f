package dev.parley;

import java.util.List;

/**
 * Some nodes of the cluster did not answer in time, or the cluster could not be asked at all. What the others said is
 * here.
 */
public final class MissingNodesException extends RuntimeException {
  /** {@link #expected()} where the bus is away and nobody knows how many nodes there are. */
  public static final int UNKNOWN = -1;

  private static final long serialVersionUID = 1L;

  private final int expected;
  private final int answered;
  private final transient List<RemoteSocket> sockets;
  private final transient List<Args> answers;

  private MissingNodesException(
      int expected, int answered, List<RemoteSocket> sockets, List<Args> answers) {
    super(
        expected == UNKNOWN
            ? "the other nodes of the cluster cannot be asked now"
            : answered + " of " + expected + " other nodes of the cluster answered in time",
        null,
        false,
        false);
    this.expected = expected;
    this.answered = answered;
    this.sockets = List.copyOf(sockets);
    this.answers = List.copyOf(answers);
  }

  /** Of {@link Broadcast#fetchSockets}. @param sockets those that are known */
  public static MissingNodesException ofSockets(
      int expected, int answered, List<RemoteSocket> sockets) {
    return new MissingNodesException(expected, answered, sockets, List.of());
  }

  /** Of {@link Namespace#serverSideEmitWithAck}. @param answers those that came */
  public static MissingNodesException ofAnswers(int expected, int answered, List<Args> answers) {
    return new MissingNodesException(expected, answered, List.of(), answers);
  }

  /** How many other nodes were asked, or {@link #UNKNOWN}. */
  public int expected() {
    return expected;
  }

  /** How many of them answered. */
  public int answered() {
    return answered;
  }

  /** The sockets of this node and of those that answered. */
  public List<RemoteSocket> sockets() {
    return sockets;
  }

  /** The answers that came, to a server-side event. */
  public List<Args> answers() {
    return answers;
  }
}
