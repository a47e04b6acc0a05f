package dev.parley.server.internal;

import dev.parley.AckReport;
import dev.parley.Broadcast;
import dev.parley.RemoteSocket;
import dev.parley.server.adapter.Adapter;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A selection of sockets and the flags of what is sent to them.
 *
 * @param adapters of the namespaces meant: one, or those of all children of a dynamic namespace at the time of use
 */
public record BroadcastOperator(
    Supplier<? extends Collection<Adapter>> adapters,
    Bodies bodies,
    Selection selection,
    Flags flags)
    implements Broadcast {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  @Override
  public Broadcast to(String... rooms) {
    return with(new Selection(union(selection.rooms(), rooms), selection.except()));
  }

  @Override
  public Broadcast except(String... rooms) {
    return with(new Selection(selection.rooms(), union(selection.except(), rooms)));
  }

  private static Set<String> union(Set<String> known, String... more) {
    if (known.isEmpty() && more.length == 1) {
      return Set.of(more[0]);
    }
    Set<String> all = new HashSet<>(known);
    all.addAll(List.of(more));
    return all;
  }

  @Override
  public Broadcast local() {
    return with(new Flags(true, flags.isVolatile(), flags.compress(), flags.timeout()));
  }

  @Override
  public Broadcast asVolatile() {
    return with(new Flags(flags.local(), true, flags.compress(), flags.timeout()));
  }

  @Override
  public Broadcast compress(boolean compress) {
    return with(new Flags(flags.local(), flags.isVolatile(), compress, flags.timeout()));
  }

  @Override
  public Broadcast timeout(Duration timeout) {
    return with(new Flags(
        flags.local(), flags.isVolatile(), flags.compress(), LocalSocket.checkTimeout(timeout)));
  }

  private Broadcast with(Selection selection) {
    return new BroadcastOperator(adapters, bodies, selection, flags);
  }

  private Broadcast with(Flags flags) {
    return new BroadcastOperator(adapters, bodies, selection, flags);
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    Outbound outbound = outbound(event, args);
    for (Adapter adapter : adapters.get()) {
      adapter.broadcast(outbound, selection, flags);
    }
  }

  @Override
  public CompletableFuture<AckReport> emitWithAck(String event, @Nullable Object... args) {
    Outbound outbound = outbound(event, args);
    Flags bounded = flags.timeout() != null
        ? flags
        : new Flags(flags.local(), flags.isVolatile(), flags.compress(), DEFAULT_TIMEOUT);
    return gather(
        adapters.get(),
        adapter -> adapter.broadcastWithAck(outbound, selection, bounded),
        BroadcastOperator::merge);
  }

  private Outbound outbound(String event, @Nullable Object... args) {
    return new Outbound(event, bodies.event(EventNames.check(event), args));
  }

  private static AckReport merge(List<AckReport> reports) {
    List<AckReport.Answer> answers = new ArrayList<>();
    Set<String> missing = new HashSet<>();
    int missingElsewhere = 0;
    int missingNodes = 0;
    for (AckReport report : reports) {
      answers.addAll(report.answers());
      missing.addAll(report.missing());
      missingElsewhere += report.missingElsewhere();
      missingNodes += report.missingNodes();
    }
    return new AckReport(answers, missing, missingElsewhere, missingNodes);
  }

  @Override
  public CompletableFuture<List<RemoteSocket>> fetchSockets() {
    return gather(
        adapters.get(), adapter -> adapter.fetchSockets(selection, flags), BroadcastOperator::join);
  }

  /** Asks every adapter. The only one's future is handed on as it is, with the failure that it has. */
  static <T> CompletableFuture<T> gather(
      Collection<Adapter> adapters,
      Function<Adapter, CompletableFuture<T>> question,
      Function<List<T>, T> merge) {
    List<CompletableFuture<T>> parts = adapters.stream().map(question).toList();
    return parts.size() == 1
        ? parts.get(0)
        : CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .thenApply(
                done -> merge.apply(parts.stream().map(CompletableFuture::join).toList()));
  }

  static <T> List<T> join(List<List<T>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }

  @Override
  public void socketsJoin(String... rooms) {
    adapters.get().forEach(adapter -> adapter.socketsJoin(selection, flags, Set.of(rooms)));
  }

  @Override
  public void socketsLeave(String... rooms) {
    adapters.get().forEach(adapter -> adapter.socketsLeave(selection, flags, Set.of(rooms)));
  }

  @Override
  public void disconnectSockets(boolean close) {
    adapters.get().forEach(adapter -> adapter.disconnectSockets(selection, flags, close));
  }
}
