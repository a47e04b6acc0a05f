package dev.parley.server.internal.engine;

import dev.parley.EngineOptions;
import dev.parley.NodeName;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Session ids, and which node each of them is of. Without a node name an id is random from end to end; with one it begins
 * with the tag of the node, which is public, and what follows is still more than anybody can guess. Safe from any thread.
 */
final class Nodes {
  private static final Logger LOG = System.getLogger(Engine.class.getName());

  /** 20 characters of base64url: what the cluster formats need. */
  private static final int SID_BYTES = 15;

  /** What a tag leaves of them: 96 bits. */
  private static final int TAGGED_SID_BYTES = 12;

  private static final Pattern TAGGED = Pattern.compile("[A-Za-z0-9]{4}[A-Za-z0-9_-]{16}");
  private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final String ADVICE =
      "The balancer must keep each session on its node: docs/how-to/run-behind-a-balancer.md";

  private final SecureRandom random = new SecureRandom();
  private final @Nullable NodeName own;
  private final String ownTag;
  /** Names by tag. */
  private final Map<String, NodeName> known = new HashMap<>();

  private final AtomicLong misrouted = new AtomicLong();
  /** How many there were when the log heard of them last, and when that was. Guarded by this. */
  private long logged;

  private long loggedAt;

  /** @throws IllegalStateException if two nodes have one tag */
  Nodes(EngineOptions options) {
    own = options.nodeName();
    ownTag = own == null ? "" : own.tag();
    if (own == null) {
      return;
    }
    known.put(ownTag, own);
    for (NodeName node : options.nodeNames()) {
      NodeName other = known.put(node.tag(), node);
      if (other != null && !other.equals(node)) {
        throw new IllegalStateException("the nodes " + other + " and " + node + " have the tag "
            + node.tag() + " both: rename one of them");
      }
    }
    LOG.log(
        Level.INFO,
        () -> "This is node " + own + " at " + options.path() + "; its session ids begin with "
            + ownTag);
  }

  /** A new one, that nobody can guess. */
  String newSid() {
    byte[] bytes = new byte[own == null ? SID_BYTES : TAGGED_SID_BYTES];
    random.nextBytes(bytes);
    return ownTag + Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** What to say of an id that no session here has. It may be a live one elsewhere: it must not be said itself. */
  Refusal refuse(String sid, long nowNanos) {
    if (own == null || sid.startsWith(ownTag) || !TAGGED.matcher(sid).matches()) {
      return Refusal.unknownSession();
    }
    // The tag is public; the rest of the id stays unsaid.
    String tag = sid.substring(0, 4);
    NodeName node = known.get(tag);
    String owner = node == null ? "tag " + tag : node.name();
    misrouted.incrementAndGet();
    log(owner, nowNanos);
    return Refusal.foreignSession(
        owner,
        own.name(),
        "Session ID unknown: it is of another node, " + owner + ", and this is " + own + ". "
            + ADVICE);
  }

  /** Says it at once, and then at most once a minute how many more there were. */
  private void log(String owner, long nowNanos) {
    long more;
    synchronized (this) {
      if (logged > 0 && nowNanos - loggedAt < LOG_INTERVAL_NANOS) {
        return;
      }
      more = misrouted.get() - logged;
      logged += more;
      loggedAt = nowNanos;
    }
    LOG.log(
        Level.WARNING,
        more + (more == 1 ? " request" : " requests") + " with session ids of other nodes came to "
            + own + ", the last of them of " + owner + ", and such clients cannot stay connected. "
            + ADVICE);
  }

  long misrouted() {
    return misrouted.get();
  }
}
