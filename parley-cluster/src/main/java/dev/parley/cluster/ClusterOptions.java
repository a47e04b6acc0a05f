package dev.parley.cluster;

import java.time.Duration;
import java.util.Objects;

/**
 * How a node behaves in its cluster. Immutable.
 *
 * @param requestTimeout how long a question to other nodes waits for the last answer, unless the caller says; default 5 s
 * @param heartbeatInterval how often a node says that it is there, where the broker cannot count nodes; default 5 s
 * @param heartbeatTimeout after this much silence a node is held to be dead; default 10 s
 * @param maxMessageBytes the longest message that is sent or read; default 8 MiB
 * @param maxPendingBytes how much may wait for the broker before further messages are lost; default 64 MiB
 * @param maxPendingRequests how many questions may be open at once; default 10,000
 * @param showSecrets whether other nodes that fetch a socket see its handshake with auth, all headers and the whole query;
 *     default false
 */
public record ClusterOptions(
    Duration requestTimeout,
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    int maxMessageBytes,
    long maxPendingBytes,
    int maxPendingRequests,
    boolean showSecrets) {
  public static final ClusterOptions DEFAULT = new ClusterOptions(
      Duration.ofSeconds(5),
      Duration.ofSeconds(5),
      Duration.ofSeconds(10),
      8 << 20,
      64L << 20,
      10_000,
      false);

  public ClusterOptions {
    check("requestTimeout", requestTimeout);
    check("heartbeatInterval", heartbeatInterval);
    check("heartbeatTimeout", heartbeatTimeout);
    if (heartbeatTimeout.compareTo(heartbeatInterval) <= 0) {
      throw new IllegalArgumentException("heartbeatTimeout " + heartbeatTimeout
          + ", more than heartbeatInterval " + heartbeatInterval + " is needed");
    }
    check("maxMessageBytes", maxMessageBytes);
    check("maxPendingBytes", maxPendingBytes);
    check("maxPendingRequests", maxPendingRequests);
  }

  private static void check(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.toMillis() < 1 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(name + " " + value + ", 1 ms to 1 day is allowed");
    }
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + ", at least 1 is needed");
    }
  }

  public ClusterOptions withRequestTimeout(Duration value) {
    return new ClusterOptions(
        value,
        heartbeatInterval,
        heartbeatTimeout,
        maxMessageBytes,
        maxPendingBytes,
        maxPendingRequests,
        showSecrets);
  }

  public ClusterOptions withHeartbeats(Duration interval, Duration timeout) {
    return new ClusterOptions(
        requestTimeout,
        interval,
        timeout,
        maxMessageBytes,
        maxPendingBytes,
        maxPendingRequests,
        showSecrets);
  }

  public ClusterOptions withMaxMessageBytes(int value) {
    return new ClusterOptions(
        requestTimeout,
        heartbeatInterval,
        heartbeatTimeout,
        value,
        maxPendingBytes,
        maxPendingRequests,
        showSecrets);
  }

  public ClusterOptions withMaxPendingBytes(long value) {
    return new ClusterOptions(
        requestTimeout,
        heartbeatInterval,
        heartbeatTimeout,
        maxMessageBytes,
        value,
        maxPendingRequests,
        showSecrets);
  }

  public ClusterOptions withMaxPendingRequests(int value) {
    return new ClusterOptions(
        requestTimeout,
        heartbeatInterval,
        heartbeatTimeout,
        maxMessageBytes,
        maxPendingBytes,
        value,
        showSecrets);
  }

  public ClusterOptions withShowSecrets(boolean value) {
    return new ClusterOptions(
        requestTimeout,
        heartbeatInterval,
        heartbeatTimeout,
        maxMessageBytes,
        maxPendingBytes,
        maxPendingRequests,
        value);
  }
}
