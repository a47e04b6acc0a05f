package dev.parley.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read, and how much of it was trimmed before it could be. Pure: what Redis says goes in. Not
 * thread-safe.
 *
 * <p>Redis counts all that was ever added. So where an entry was read last and none that old is left, what is missing between
 * is what was added since, less what is still there.
 */
final class StreamPosition {
  /** What Redis says about a stream. @param added all entries ever; -1 before Redis 7 */
  record Info(
      long length, long added, String lastId, @Nullable String firstId) {
    /** A stream that is not there is empty. */
    static final Info NONE = new Info(0, 0, "0-0", null);

    /** Reads the answer of {@code XINFO STREAM}: names and values in turns. */
    static Info of(List<?> answer) {
      long length = 0;
      long added = -1;
      String lastId = NONE.lastId;
      String firstId = null;
      for (int i = 0; i + 1 < answer.size(); i += 2) {
        Object value = answer.get(i + 1);
        switch (text(answer.get(i))) {
          case "length" -> length = number(value);
          case "entries-added" -> added = number(value);
          case "last-generated-id" -> lastId = text(value);
          case "first-entry" ->
            firstId =
                value instanceof List<?> entry && !entry.isEmpty() ? text(entry.get(0)) : null;
          default -> {}
        }
      }
      return new Info(length, added, lastId, firstId);
    }

    private static String text(@Nullable Object value) {
      return value instanceof byte[] bytes
          ? new String(bytes, StandardCharsets.UTF_8)
          : String.valueOf(value);
    }

    private static long number(@Nullable Object value) {
      return value instanceof Number number ? number.longValue() : 0;
    }
  }

  /** What was in the stream is gone with it: Redis lost its memory, or another took over. */
  static final long ANEW = -1;

  /** The last one that was read; null before the first look. */
  private @Nullable String lastId;

  /** How many had been added up to that one; -1 if Redis does not count. */
  private long seen;

  /** After which entry to read on. */
  String lastId() {
    return lastId == null ? Info.NONE.lastId : lastId;
  }

  boolean known() {
    return lastId != null;
  }

  void read(String id) {
    lastId = id;
    if (seen >= 0) {
      seen++;
    }
  }

  /**
   * Compares with what there is. The first look goes to the end: what was before is not for us.
   *
   * @return how many entries are gone that were never read, as far as can be known; {@link #ANEW} if it is another stream
   */
  long look(Info info) {
    String before = lastId;
    if (before == null) {
      begin(info);
      return 0;
    }
    if (compare(info.lastId, before) < 0) {
      // What a replica has that took over, and lagged behind, was read already.
      begin(info);
      return ANEW;
    }
    if (seen < 0 || info.added < 0) {
      seen = info.added;
      return 0;
    }
    boolean anew = info.added < seen;
    String first = info.firstId;
    if (first != null && compare(first, before) <= 0) {
      if (anew) {
        seen = info.added;
        return ANEW;
      }
      // The first that is left was read, so all before it were, or were trimmed while a question
      // was
      // on its way.
      long skipped = Math.max(0, info.added - info.length + 1 - seen);
      seen += skipped;
      return skipped;
    }
    long missed = info.added - (anew ? 0 : seen) - info.length;
    seen = info.added - info.length;
    return anew ? ANEW : Math.max(0, missed);
  }

  private void begin(Info info) {
    lastId = info.lastId;
    seen = info.added;
  }

  /** Ids are two unsigned numbers, with a hyphen between. */
  static int compare(String a, String b) {
    int hyphenA = a.indexOf('-');
    int hyphenB = b.indexOf('-');
    int byTime = Long.compareUnsigned(part(a, 0, hyphenA), part(b, 0, hyphenB));
    return byTime != 0
        ? byTime
        : Long.compareUnsigned(part(a, hyphenA + 1, a.length()), part(b, hyphenB + 1, b.length()));
  }

  private static long part(String id, int from, int to) {
    return Long.parseUnsignedLong(id, from, to, 10);
  }
}
