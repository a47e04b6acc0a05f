/**
 * The load generator. One thread on bare NIO, so that it costs less than the servers it measures: requests are prepared
 * bytes in which a number is patched, and of what comes back only the first bytes are looked at, and the length. Counts,
 * order and lengths are checked; the first surprise ends the run with a {@link dev.parley.benchmarks.load.LoadFailure}.
 */
@NullMarked
package dev.parley.benchmarks.load;

import org.jspecify.annotations.NullMarked;
