package dev.parley.conformance;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;

/** What one suite expects of its server. */
@FunctionalInterface
interface Setup {
  /** @param builder has the address and the key already */
  Parley build(ParleyBuilder builder);
}
