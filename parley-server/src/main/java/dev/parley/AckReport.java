package dev.parley;

import java.util.List;
import java.util.Set;

/**
 * What came back from a broadcast that asked for acknowledgements.
 *
 * @param answers one per client that answered in time, in the order of their arrival
 * @param missing ids of the clients that did not: too slow, or gone
 */
public record AckReport(List<Answer> answers, Set<String> missing) {
  public AckReport {
    answers = List.copyOf(answers);
    missing = Set.copyOf(missing);
  }

  /** True if every client that got the event has answered. */
  public boolean complete() {
    return missing.isEmpty();
  }

  /** One client's acknowledgement. */
  public record Answer(String socketId, Args values) {}
}
