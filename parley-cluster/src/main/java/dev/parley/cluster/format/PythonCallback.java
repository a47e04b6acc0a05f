package dev.parley.cluster.format;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a node of Python wants back with the acknowledgement of an event: its own number, and the room it was sent to. Both go
 * into the id of our request.
 *
 * <p>Nodes of Parley that ask on Python's channel have ids of text instead, and get their answers between Parley's nodes, where
 * they may hold bytes.
 */
record PythonCallback(String room, long id) {
  private static final String FROM_PYTHON = "#";
  private static final String FROM_PARLEY = "=";
  private static final Pattern REQUEST_ID = Pattern.compile("#(-?\\d{1,18})#(.*)", Pattern.DOTALL);

  String requestId() {
    return FROM_PYTHON + id + FROM_PYTHON + room;
  }

  static String requestIdOfParley(String id) {
    return FROM_PARLEY + id;
  }

  /** Whether a request came on Python's channel, where nobody counts. */
  static boolean isUncounted(String requestId) {
    return requestId.startsWith(FROM_PYTHON) || requestId.startsWith(FROM_PARLEY);
  }

  /** Null if the request is none of Python. */
  static @Nullable PythonCallback of(String requestId) {
    Matcher matcher = REQUEST_ID.matcher(requestId);
    return matcher.matches()
        ? new PythonCallback(matcher.group(2), Long.parseLong(matcher.group(1)))
        : null;
  }

  /** The id as the node of Parley that asked knows it. */
  static String original(String requestId) {
    return requestId.startsWith(FROM_PARLEY) ? requestId.substring(1) : requestId;
  }
}
