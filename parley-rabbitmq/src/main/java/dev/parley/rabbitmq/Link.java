package dev.parley.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one connection with one channel up, on a thread of its own that does all that may block: it connects, does its work
 * while the connection lasts, and connects again.
 *
 * <p>RabbitMQ's client could recover by itself. It starts to do so only when a connection was there once, waits a fixed time
 * before each attempt, and declares one thing after the other, each with an answer to wait for; so each connection here is
 * used once.
 */
abstract class Link {
  private static final long FIRST_DELAY_MILLIS = 20;
  private static final long MAX_DELAY_MILLIS = 500;

  /** How long RabbitMQ may take to say goodbye. */
  private static final int ABORT_MILLIS = 100;

  private final Broker broker;
  private final String purpose;
  private final Thread thread;

  /** That of the present connection, or of the present attempt; closing it ends any wait. */
  private volatile @Nullable Socket socket;

  /** Why the present channel is closed; null while it is open. Guarded by this. */
  private @Nullable Throwable broken;

  /** Guarded by this. */
  private boolean ended;

  /** Attempts without success since the last one. Only the thread's. */
  private int failures;

  Link(Broker broker, String purpose) {
    this.broker = broker;
    this.purpose = purpose;
    this.thread = broker.thread(this::run, "parley-rabbitmq-" + purpose);
  }

  /** Works while the channel is {@link #usable}. Only throws if RabbitMQ, or the way to it, fails. */
  abstract void serve(Connection connection, Channel channel)
      throws IOException, TimeoutException, InterruptedException;

  /** The channel is gone, or there was none; also at the end. */
  abstract void onDown(String why);

  final void start() {
    thread.start();
  }

  private void run() {
    while (!hasEnded()) {
      String why = "the bus is closed";
      Connection connection = null;
      try {
        connection = broker.connect(purpose, opened -> socket = opened);
        use(connection);
      } catch (InterruptedException e) {
        end();
      } catch (IOException | TimeoutException | RuntimeException e) {
        why = Broker.reason(e);
      }
      onDown(why);
      if (connection != null) {
        connection.abort(ABORT_MILLIS);
      }
      socket = null;
      pause();
    }
  }

  private void use(Connection connection)
      throws IOException, TimeoutException, InterruptedException {
    Channel channel = connection.openChannel().orElseThrow(() -> new IOException("no channel"));
    synchronized (this) {
      broken = null;
    }
    // Is called at once if the channel is closed already.
    channel.addShutdownListener(this::broken);
    serve(connection, channel);
    Throwable cause;
    synchronized (this) {
      cause = broken;
    }
    if (cause != null) {
      throw new IOException(cause);
    }
  }

  /** Ends the use of the present channel. */
  final synchronized void broken(Throwable cause) {
    if (broken == null) {
      broken = cause;
    }
    notifyAll();
  }

  /** Under the lock: whether work with the present channel may go on. */
  final boolean usable() {
    return broken == null && !ended;
  }

  /** From here on a failure is one of a connection that worked. */
  final void succeeded() {
    failures = 0;
  }

  /** With some chance, so that the nodes of a cluster do not come back all at once. */
  private synchronized void pause() {
    long most = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures++, 10));
    long delay = most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delay);
    try {
      for (long left = delay; !ended && left > 0; ) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      }
    } catch (InterruptedException e) {
      ended = true;
    }
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  /** Lets the thread come to its end. */
  final synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Waits for the end; from the given time on with force. */
  final void awaitEnd(long deadlineNanos) {
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      if (left > 0) {
        thread.join(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Socket open = socket;
    if (thread.isAlive() && open != null) {
      // With TLS, closing may wait for a write that hangs.
      broker.thread(() -> cut(open), "parley-rabbitmq-cut").start();
    }
  }

  private static void cut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Then it was closed.
    }
  }
}
