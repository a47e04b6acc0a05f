package dev.parley.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stream, from its end at the first time, and then from where it was, over a connection of its own: while it waits
 * for an entry, a connection is of no other use. Lives on the lane; entries come on a thread that reads.
 */
final class StreamReader implements Link.User<StatefulRedisConnection<String, byte[]>> {
  private static final System.Logger LOG = System.getLogger("dev.parley.redis");

  /** Short enough for the link's question, which waits behind, whether Redis is there. */
  private static final long BLOCK_MILLIS = 2000;

  private static final long REFUSED_MILLIS = 1000;

  /** Entries in one answer. */
  private static final int COUNT = 100;

  /** Whose reader this is. */
  interface Owner {
    CompletionStage<StatefulRedisConnection<String, byte[]>> connect(String stream);

    /** On a thread that reads; the entries of a stream come one at a time. */
    void onEntry(StreamMessage<String, byte[]> entry);

    /** On the lane. @param why null if the stream is read now */
    void onChange(@Nullable String why);

    /** On a thread that reads. */
    void onMissed(long entries);

    /** Another node of the cluster has the stream. */
    void onMoved();
  }

  private final String stream;
  private final Connections connections;
  private final Owner owner;
  private final Link<StatefulRedisConnection<String, byte[]>> link;

  /** Guarded by this. */
  private final StreamPosition position = new StreamPosition();

  /** Done when the stream's end is known: what comes after is read. */
  final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();

  /** The one to read with; what others still bring is late. Written on the lane. */
  private volatile @Nullable StatefulRedisConnection<String, byte[]> present;

  private boolean reads;

  StreamReader(String stream, Connections connections, Owner owner) {
    this.stream = stream;
    this.connections = connections;
    this.owner = owner;
    this.link = new Link<>(
        connections,
        () -> owner.connect(stream),
        connection -> connection.async().ping(),
        this);
  }

  void start() {
    link.start();
  }

  /** Whether nothing is missed at present. */
  boolean reads() {
    return reads;
  }

  @Override
  public void onUp(StatefulRedisConnection<String, byte[]> connection) {
    present = connection;
    look(connection);
  }

  @Override
  public void onDown(String why) {
    present = null;
    reads = false;
    owner.onChange(why);
  }

  /** Compares the position with the stream: at the start, and while so much comes that some may be trimmed unread. */
  private void look(StatefulRedisConnection<String, byte[]> connection) {
    connection.async().xinfoStream(stream).whenComplete((answer, error) -> {
      if (error == null) {
        looked(connection, StreamPosition.Info.of(answer));
      } else if (isMissing(error)) {
        looked(connection, StreamPosition.Info.NONE);
      } else {
        failed(connection, error);
      }
    });
  }

  /** Redis has no other way to say that there is no such key. */
  private static boolean isMissing(Throwable error) {
    return error instanceof RedisCommandExecutionException
        && String.valueOf(error.getMessage()).contains("no such key");
  }

  private synchronized void looked(
      StatefulRedisConnection<String, byte[]> connection, StreamPosition.Info info) {
    if (present != connection) {
      return;
    }
    long missed = position.look(info);
    if (missed == StreamPosition.ANEW) {
      LOG.log(Level.WARNING, "the stream {0} was begun anew: what was not read is lost", stream);
    } else if (missed > 0) {
      LOG.log(Level.WARNING, "{0} entries of the stream {1} were trimmed unread", missed, stream);
      owner.onMissed(missed);
    }
    started.complete(null);
    connections.post(() -> {
      if (present == connection && !reads) {
        reads = true;
        owner.onChange(null);
      }
    });
    read(connection);
  }

  @SuppressWarnings("unchecked") // an array of one offset
  private void read(StatefulRedisConnection<String, byte[]> connection) {
    connection
        .async()
        .xread(
            XReadArgs.Builder.block(BLOCK_MILLIS).count(COUNT),
            XReadArgs.StreamOffset.from(stream, position.lastId()))
        .whenComplete((found, error) -> {
          if (error != null) {
            failed(connection, error);
          } else {
            took(connection, found);
          }
        });
  }

  /** Locked, as a connection that was given up may still bring something while the next one begins. */
  private synchronized void took(
      StatefulRedisConnection<String, byte[]> connection,
      @Nullable List<StreamMessage<String, byte[]>> found) {
    link.heard();
    int count = found == null ? 0 : found.size();
    for (int i = 0; i < count && present == connection; i++) {
      StreamMessage<String, byte[]> entry = found.get(i);
      position.read(entry.getId());
      owner.onEntry(entry);
    }
    if (present != connection) {
      return;
    }
    if (count == COUNT) {
      look(connection);
    } else {
      read(connection);
    }
  }

  private void failed(StatefulRedisConnection<String, byte[]> connection, Throwable error) {
    String reason = Failures.reason(error);
    connections.post(() -> {
      if (present != connection) {
        return; // The link has seen it.
      }
      if (Failures.isMoved(reason)) {
        owner.onMoved();
      }
      reads = false;
      owner.onChange("the stream " + stream + " cannot be read: " + reason);
      connections.postAfter(REFUSED_MILLIS, () -> {
        if (present == connection) {
          link.drop(reason);
        }
      });
    });
  }

  void close() {
    present = null;
    started.completeExceptionally(new IllegalStateException("unsubscribed"));
    link.close();
  }
}
