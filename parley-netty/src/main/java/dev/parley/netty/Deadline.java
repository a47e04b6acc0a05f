package dev.parley.netty;

import org.jspecify.annotations.Nullable;

/** Something that must have happened by a certain time. Belongs to the {@link Deadlines} of one lane; lane only. */
abstract class Deadline {
  /** Neighbours in the lane's list; both null if this deadline is not running. */
  @Nullable
  Deadline previous;

  @Nullable
  Deadline next;

  long atNanos;

  /** The time is over; the deadline is no longer running. */
  abstract void expired();
}
