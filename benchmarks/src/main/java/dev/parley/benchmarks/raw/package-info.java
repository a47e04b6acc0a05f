/**
 * The yardstick: what Netty costs without a protocol. Bytes are found by position and moved; there is no JSON, no session
 * machine, no heartbeat, no bound and no API.
 */
@NullMarked
package dev.parley.benchmarks.raw;

import org.jspecify.annotations.NullMarked;
