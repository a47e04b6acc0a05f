package dev.parley.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.netty.util.concurrent.EventExecutorGroup;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stream, from its end at the first time, and then from where it was, over a connection of its own: while it waits
 * for an entry, a connection is of no other use.
 */
final class StreamReader implements Link.User<StatefulRedisConnection<String, byte[]>> {
  private static final System.Logger LOG = System.getLogger("dev.parley.redis");

  /** Short enough for the link's question, which waits behind, whether anybody is there. */
  private static final long BLOCK_MILLIS = 2000;

  private static final int COUNT = 100;

  private final String stream;
  private final Consumer<StreamMessage<String, byte[]>> entries;
  private final Owner owner;
  private final Link<StatefulRedisConnection<String, byte[]>> link;
  private final StreamPosition position = new StreamPosition();

  /** Done when the stream's end is known: what comes after is read. */
  final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();

  /** The one to read with; what others still bring is late. */
  private volatile @Nullable StatefulRedisConnection<String, byte[]> present;

  private volatile boolean reads;

  /** Whom a reader tells how it does. */
  interface Owner {
    void onReading();

    void onNotReading(String why);

    void onMissed(long entries);
  }

  StreamReader(
      String stream,
      EventExecutorGroup executor,
      Supplier<? extends CompletionStage<StatefulRedisConnection<String, byte[]>>> connector,
      Consumer<StreamMessage<String, byte[]>> entries,
      Owner owner) {
    this.stream = stream;
    this.entries = entries;
    this.owner = owner;
    this.link = new Link<>(executor, connector, connection -> connection.async().ping(), this);
  }

  void start() {
    link.start();
  }

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
    owner.onNotReading(why);
  }

  /** Compares the position with the stream: at the start, and when so much came that some may be trimmed before it is read. */
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

  private void looked(
      StatefulRedisConnection<String, byte[]> connection, StreamPosition.Info info) {
    if (present != connection) {
      return;
    }
    long missed = position.look(info);
    if (missed == StreamPosition.ANEW) {
      LOG.log(Level.WARNING, "the stream {0} was begun anew, what was not read is lost", stream);
    } else if (missed > 0) {
      LOG.log(Level.WARNING, "{0} entries of the stream {1} were trimmed unread", missed, stream);
      owner.onMissed(missed);
    }
    started.complete(null);
    reads = true;
    owner.onReading();
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

  private void took(
      StatefulRedisConnection<String, byte[]> connection,
      @Nullable List<StreamMessage<String, byte[]>> found) {
    int count = found == null ? 0 : found.size();
    for (int i = 0; i < count; i++) {
      if (present != connection) {
        return;
      }
      StreamMessage<String, byte[]> entry = found.get(i);
      position.read(entry.getId());
      entries.accept(entry);
    }
    link.heard();
    if (present != connection) {
      return;
    }
    if (count == COUNT) {
      look(connection);
    } else {
      read(connection);
    }
  }

  /** A connection that Redis has closed is the link's matter; an error that Redis tells, such as a key of another kind, is ours. */
  private void failed(StatefulRedisConnection<String, byte[]> connection, Throwable error) {
    if (present == connection) {
      LOG.log(Level.DEBUG, "reading failed", error);
      reads = false;
      owner.onNotReading(
          "the stream " + stream + " cannot be read: " + String.valueOf(error.getMessage()));
      // The link makes another, after a while.
      connection.closeAsync();
    }
  }

  void close() {
    present = null;
    started.completeExceptionally(new IllegalStateException("unsubscribed"));
    link.close();
  }
}
