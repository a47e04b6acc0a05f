package dev.parley.cluster.internal;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.MissingNodesException;
import dev.parley.RemoteSocket;
import dev.parley.server.adapter.AckCollector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A question to the other nodes. It ends once: when all have answered, at its deadline, or when the cluster cannot be asked.
 * Thread-safe.
 */
abstract class Request<T> {
  final String id;
  final long deadlineNanos;
  final CompletableFuture<T> future = new CompletableFuture<>();
  final Awaited nodes = new Awaited();
  private final Consumer<Runnable> completions;

  /** Whether the broker has the question: only then it is known who was asked. */
  volatile boolean sent;

  /** Guarded by this. */
  private boolean ended;

  /** @param completions runs what depends on the future */
  Request(String id, long deadlineNanos, Consumer<Runnable> completions) {
    this.id = id;
    this.deadlineNanos = deadlineNanos;
    this.completions = completions;
  }

  final void update(Consumer<Awaited> change) {
    change(() -> change.accept(nodes));
  }

  final synchronized boolean knowsNodes() {
    return nodes.known();
  }

  /** Ends with what there is. */
  final void expire() {
    Runnable completion;
    synchronized (this) {
      completion = ended ? null : end();
    }
    complete(completion);
  }

  /** Ends because it cannot be asked. */
  final void fail(RuntimeException why) {
    boolean first;
    synchronized (this) {
      first = !ended;
      ended = true;
    }
    if (first) {
      completions.accept(() -> future.completeExceptionally(why));
    }
  }

  /** Something has come; ends if everything is there. Afterwards nothing changes any more. */
  final void change(Runnable change) {
    Runnable completion = null;
    synchronized (this) {
      if (!ended) {
        change.run();
        completion = complete() ? end() : null;
      }
    }
    complete(completion);
  }

  /** Under the lock. */
  private Runnable end() {
    ended = true;
    return result();
  }

  /** Without the lock: what completes the future may run what depends on it. */
  private void complete(@Nullable Runnable completion) {
    if (completion != null) {
      completions.accept(completion);
    }
  }

  /** Under the lock. */
  abstract boolean complete();

  /** Under the lock: what completes the future with what there is now. */
  abstract Runnable result();

  /** A question to which each node answers once, with a part of the whole. */
  private abstract static class Gathering<E> extends Request<List<E>> {
    private final List<E> parts;

    Gathering(String id, long deadlineNanos, Consumer<Runnable> completions, List<E> local) {
      super(id, deadlineNanos, completions);
      this.parts = new ArrayList<>(local);
    }

    final void answered(String node, List<? extends E> part) {
      change(() -> {
        parts.addAll(part);
        nodes.answered(node);
      });
    }

    @Override
    final boolean complete() {
      return nodes.done();
    }

    @Override
    final Runnable result() {
      List<E> all = List.copyOf(parts);
      if (nodes.missing() == 0) {
        return () -> future.complete(all);
      }
      int expected = nodes.isUnreachable() ? MissingNodesException.UNKNOWN : nodes.expected();
      RuntimeException incomplete = incomplete(expected, nodes.answered(), all);
      return () -> future.completeExceptionally(incomplete);
    }

    abstract RuntimeException incomplete(int expected, int answered, List<E> all);
  }

  /** Which sockets are there? */
  static final class Fetch extends Gathering<RemoteSocket> {
    Fetch(String id, long deadlineNanos, Consumer<Runnable> completions, List<RemoteSocket> local) {
      super(id, deadlineNanos, completions, local);
    }

    @Override
    RuntimeException incomplete(int expected, int answered, List<RemoteSocket> all) {
      return MissingNodesException.ofSockets(expected, answered, all);
    }
  }

  /** What do the other servers answer? */
  static final class ServerSide extends Gathering<Args> {
    ServerSide(String id, long deadlineNanos, Consumer<Runnable> completions) {
      super(id, deadlineNanos, completions, List.of());
    }

    @Override
    RuntimeException incomplete(int expected, int answered, List<Args> all) {
      return MissingNodesException.ofAnswers(expected, answered, all);
    }
  }

  /** What do the clients acknowledge, here and elsewhere? */
  static final class Acks extends Request<AckReport> implements AckCollector {
    /** -1 if nodes say how many clients they have asked. */
    private final int wanted;

    private final List<AckReport.Answer> answers = new ArrayList<>();
    private final Set<String> localOpen = new HashSet<>();
    private final Set<String> localMissing = new HashSet<>();
    private boolean localAsked;
    private int announced;
    private int remote;

    Acks(String id, long deadlineNanos, Consumer<Runnable> completions, int wanted) {
      super(id, deadlineNanos, completions);
      this.wanted = wanted;
    }

    @Override
    public void asked(Collection<String> socketIds) {
      change(() -> {
        localAsked = true;
        localOpen.addAll(socketIds);
      });
    }

    @Override
    public void answered(String socketId, Args values) {
      change(() -> {
        if (localOpen.remove(socketId)) {
          answers.add(new AckReport.Answer(socketId, values));
        }
      });
    }

    @Override
    public void missing(String socketId) {
      change(() -> {
        if (localOpen.remove(socketId)) {
          localMissing.add(socketId);
        }
      });
    }

    void counted(String node, int clients) {
      change(() -> {
        announced += clients;
        nodes.answered(node);
      });
    }

    /** More answers than were announced are not taken: they would have no bound. */
    void acknowledged(@Nullable String socketId, Args values) {
      change(() -> {
        if (remote < (wanted < 0 ? announced : wanted)) {
          remote++;
          answers.add(new AckReport.Answer(socketId, values));
        }
      });
    }

    @Override
    boolean complete() {
      if (!localAsked || !localOpen.isEmpty()) {
        return false;
      }
      return wanted < 0
          ? nodes.done() && (remote >= announced || nodes.isUnreachable())
          : answers.size() + localMissing.size() >= wanted || nodes.unreached();
    }

    @Override
    Runnable result() {
      Set<String> missing = new HashSet<>(localMissing);
      missing.addAll(localOpen);
      int elsewhere =
          wanted < 0 ? announced - remote : Math.max(0, wanted - answers.size() - missing.size());
      int missingNodes = wanted < 0 ? nodes.missing() : nodes.unreached() ? 1 : 0;
      AckReport report = new AckReport(answers, missing, elsewhere, missingNodes);
      return () -> future.complete(report);
    }
  }
}
