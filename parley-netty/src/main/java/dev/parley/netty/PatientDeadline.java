package dev.parley.netty;

/** Bounds how long a connection may take to end, but lets a peer finish that still takes what was written to it. */
abstract class PatientDeadline extends Deadline {
  private final Connection connection;
  private long nanos;
  private long unsentBefore;

  PatientDeadline(Connection connection) {
    this.connection = connection;
  }

  final void start(long delayNanos) {
    nanos = delayNanos;
    unsentBefore = Long.MAX_VALUE;
    connection.lane.deadlines.start(this, delayNanos);
  }

  final void stop() {
    connection.lane.deadlines.stop(this);
  }

  /** The time is over and the peer has taken nothing lately. */
  abstract void stuck();

  @Override
  final void expired() {
    long unsent = connection.unsentBytes();
    if (unsent > 0 && unsent < unsentBefore) {
      unsentBefore = unsent;
      connection.lane.deadlines.start(this, nanos);
    } else {
      stuck();
    }
  }
}
