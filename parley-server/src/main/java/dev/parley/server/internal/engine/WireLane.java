package dev.parley.server.internal.engine;

import dev.parley.server.transport.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one lane share: one flush for each of them per pass over the lane, one hand-over to the handlers'
 * threads, and one timer for all their deadlines. Lane only.
 *
 * <p>What a pass has to tell the handlers' threads waits for its end, so that they are woken once and not at every message:
 * a thread that is woken takes the processor from the lane where they share one, and finds nothing more to do a moment later.
 *
 * <p>Deadlines are a heap of sessions, ordered by {@link Session#armedAt}. That is a lower bound of the real deadline: a
 * deadline that moves away, as every heartbeat makes it do, is not moved in the heap but looked up when the old one has
 * come. So a heartbeat costs two moves in the heap and no object.
 */
final class WireLane {
  /** A session whose deadline stays in the past after its tick is asked again after this time, not at once. */
  private static final long SHORTEST_WAIT_NANOS = 1_000_000;

  /** As many turns do not wait for the end of the pass; there may be other processors for them. */
  private static final int MOST_TURNS = 64;

  private final Lane lane;
  private final Map<Lane, WireLane> registry;
  private final Executor handlers;
  private final Runnable endTask = this::endPass;
  private final Runnable timerTask = this::onTimer;
  /** Sessions and links that live here; with none, the registry forgets this. */
  private int users;

  /** The end of this pass is a task of the lane already. */
  private boolean ending;

  /** Turns of handlers that begin at the end of this pass, and the sessions that they are of. */
  private List<HandlerTurn> turns = new ArrayList<>();

  private List<Session> owners = new ArrayList<>();

  /** Sessions to flush at the end of this pass. */
  private List<Session> dirty = new ArrayList<>();

  private List<Session> flushing = new ArrayList<>();

  private Session[] heap = new Session[16];
  private int size;
  private Lane.@Nullable Timer timer;
  private long timerAt;

  private WireLane(Lane lane, Map<Lane, WireLane> registry, Executor handlers) {
    this.lane = lane;
    this.registry = registry;
    this.handlers = handlers;
  }

  /** The one of this lane, made when needed. On this lane only. */
  static WireLane of(Lane lane, Map<Lane, WireLane> registry, Executor handlers) {
    return registry.computeIfAbsent(lane, key -> new WireLane(key, registry, handlers));
  }

  /** Any thread. */
  Lane lane() {
    return lane;
  }

  /** Any thread. */
  boolean inLane() {
    return lane.inLane();
  }

  void retain() {
    users++;
  }

  void release() {
    if (--users == 0) {
      registry.remove(lane, this);
    }
  }

  /** Flushes the session once, after what runs now. */
  void markDirty(Session session) {
    endLater();
    dirty.add(session);
  }

  private void endLater() {
    if (!ending) {
      lane.execute(endTask);
      ending = true;
    }
  }

  private void endPass() {
    ending = false;
    startTurns();
    flushAll();
  }

  /** Gives this to the handlers' threads, soon. If they do not take it, its owner is closed. */
  void start(HandlerTurn turn, Session owner) {
    turns.add(turn);
    owners.add(owner);
    try {
      endLater();
    } catch (RejectedExecutionException closed) {
      // The host has ended, which is no reason for handlers not to hear of it.
      startTurns();
    }
    if (turns.size() >= MOST_TURNS) {
      startTurns();
    }
  }

  /** Does not wait for the end of the pass. */
  void startTurns() {
    if (turns.isEmpty()) {
      return;
    }
    List<HandlerTurn> ready = turns;
    List<Session> theirs = owners;
    turns = new ArrayList<>(ready.size());
    owners = new ArrayList<>(ready.size());
    if (ready.size() > 1 && handOver(() -> startAll(ready)) == null) {
      return;
    }
    for (int i = 0; i < ready.size(); i++) {
      Throwable refused = handOver(ready.get(i));
      if (refused != null) {
        ready.get(i).withdraw();
        Session owner = theirs.get(i);
        owner.run(() -> owner.refused(refused));
      }
    }
  }

  /** @return why it is not taken; null if it is. Also a thread that cannot be made must not be this lane's end. */
  private @Nullable Throwable handOver(Runnable task) {
    try {
      handlers.execute(task);
      return null;
    } catch (RuntimeException | Error refused) {
      return refused;
    }
  }

  /** On one of the handlers' threads, for which it is cheaper to start others. */
  private void startAll(List<HandlerTurn> ready) {
    List<HandlerTurn> late = new ArrayList<>(0);
    for (HandlerTurn turn : ready.subList(1, ready.size())) {
      if (handOver(turn) != null) {
        late.add(turn);
      }
    }
    ready.get(0).run();
    // What was accepted before the executor closed still runs.
    late.forEach(Runnable::run);
  }

  private void flushAll() {
    List<Session> now = dirty;
    dirty = flushing;
    flushing = now;
    for (Session session : now) {
      try {
        session.flushOn(this);
      } catch (RuntimeException broken) {
        session.fail(broken);
      }
    }
    now.clear();
  }

  /** Begins to watch the session's deadline. */
  void join(Session session, long deadline) {
    retain();
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    session.armedAt = deadline;
    siftUp(size++, session);
    arm();
  }

  void leave(Session session) {
    int index = session.heapIndex;
    Session last = heap[--size];
    heap[size] = null;
    session.heapIndex = -1;
    if (last != session) {
      place(index, last);
    }
    release();
  }

  /** The session's deadline may have become earlier. Later ones need no call. */
  void update(Session session, long deadline) {
    if (session.heapIndex >= 0 && deadline < session.armedAt) {
      session.armedAt = deadline;
      siftUp(session.heapIndex, session);
      arm();
    }
  }

  private void onTimer() {
    timer = null;
    long now = lane.nanoTime();
    while (size > 0 && heap[0].armedAt <= now) {
      Session session = heap[0];
      long next = now + SHORTEST_WAIT_NANOS;
      try {
        next = Math.max(next, tick(session, now));
      } catch (RuntimeException broken) {
        // One session must not take the others' timer with it.
        session.fail(broken);
      }
      if (session.heapIndex >= 0) {
        session.armedAt = next;
        place(session.heapIndex, session);
      }
    }
    arm();
  }

  /** @return when to look at the session again */
  private static long tick(Session session, long now) {
    long due = session.nextDeadline();
    if (due > now) {
      return due;
    }
    session.tick(now);
    return session.nextDeadline();
  }

  private void arm() {
    if (size == 0 || heap[0].armedAt == Long.MAX_VALUE) {
      return;
    }
    long earliest = heap[0].armedAt;
    if (timer != null) {
      if (timerAt <= earliest) {
        return;
      }
      timer.cancel();
    }
    timerAt = earliest;
    timer = lane.schedule(timerTask, Math.max(0, earliest - lane.nanoTime()));
  }

  private void place(int index, Session session) {
    siftUp(index, session);
    siftDown(session.heapIndex, session);
  }

  private void siftUp(int start, Session session) {
    int index = start;
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      if (heap[parent].armedAt <= session.armedAt) {
        break;
      }
      put(index, heap[parent]);
      index = parent;
    }
    put(index, session);
  }

  private void siftDown(int start, Session session) {
    int index = start;
    while (2 * index + 1 < size) {
      int child = 2 * index + 1;
      if (child + 1 < size && heap[child + 1].armedAt < heap[child].armedAt) {
        child++;
      }
      if (session.armedAt <= heap[child].armedAt) {
        break;
      }
      put(index, heap[child]);
      index = child;
    }
    put(index, session);
  }

  private void put(int index, Session session) {
    heap[index] = session;
    session.heapIndex = index;
  }
}
