package dev.parley.cluster;

import org.jspecify.annotations.Nullable;

/**
 * How a cluster does, at one moment. The counts are since the start and only grow.
 *
 * @param connected whether the broker can be reached
 * @param interruptions how often it could not be reached any more; what other nodes published meanwhile is missing here,
 *     unless the bus keeps messages
 * @param published messages that were handed to the bus
 * @param lost messages that were to be published and, as far as this node knows, were not: the broker was away, or too
 *     much waited for it
 * @param received messages that came in, those of this node excepted
 * @param rejected messages that came in and could not be used: malformed, over a bound, or of no meaning here
 * @param nodes other nodes that are known by their heartbeats; -1 if the broker counts them
 * @param pendingBytes what waits for the broker
 * @param problem why the broker cannot be reached; null if it can, or if that is not known yet
 */
public record ClusterHealth(
    boolean connected,
    long interruptions,
    long published,
    long lost,
    long received,
    long rejected,
    int nodes,
    long pendingBytes,
    @Nullable String problem) {}
