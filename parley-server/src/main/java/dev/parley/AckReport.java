package dev.parley;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came back from a broadcast that asked for acknowledgements.
 *
 * @param answers one per client that answered in time, in the order of their arrival
 * @param missing ids of the clients of this node that did not: too slow, or gone
 * @param missingElsewhere how many clients of other nodes did not; their ids are not known here
 * @param missingNodes how many nodes of the cluster did not say in time which clients they asked; 1 if the cluster could
 *     not be asked
 */
public record AckReport(
    List<Answer> answers, Set<String> missing, int missingElsewhere, int missingNodes) {
  public AckReport {
    answers = List.copyOf(answers);
    missing = Set.copyOf(missing);
  }

  /** A report about the clients of one node. */
  public AckReport(List<Answer> answers, Set<String> missing) {
    this(answers, missing, 0, 0);
  }

  /** True if every client that got the event has answered. */
  public boolean complete() {
    return missing.isEmpty() && missingElsewhere == 0 && missingNodes == 0;
  }

  /**
   * One client's acknowledgement.
   *
   * @param socketId whose it is; null if a node that is not Parley's did not say so
   */
  public record Answer(@Nullable String socketId, Args values) {}
}
