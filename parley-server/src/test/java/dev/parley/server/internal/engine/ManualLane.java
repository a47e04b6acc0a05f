package dev.parley.server.internal.engine;

import dev.parley.server.transport.Lane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A lane that runs when told to, with a clock moved by hand. Lanes of one world share the clock and the one thread. */
final class ManualLane implements Lane {
  private final World world;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Alarm> alarms = new ArrayList<>();

  /** All lanes of a test. */
  static final class World {
    private final List<ManualLane> lanes = new ArrayList<>();
    private long now = 1_000_000_000L;
    private @Nullable ManualLane current;

    ManualLane newLane() {
      ManualLane lane = new ManualLane(this);
      lanes.add(lane);
      return lane;
    }

    /** Runs everything that is due, on all lanes in turn. */
    void run() {
      boolean ran = true;
      while (ran) {
        ran = false;
        for (ManualLane lane : lanes) {
          ran |= lane.runTask();
        }
      }
    }

    /** Moves the clock from alarm to alarm. */
    void advance(long millis) {
      run();
      long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
      for (long next = nextAlarm(); next <= end; next = nextAlarm()) {
        now = Math.max(now, next);
        for (ManualLane lane : lanes) {
          lane.ring();
        }
        run();
      }
      now = end;
    }

    private long nextAlarm() {
      return lanes.stream()
          .flatMap(lane -> lane.alarms.stream())
          .mapToLong(alarm -> alarm.at)
          .min()
          .orElse(Long.MAX_VALUE);
    }
  }

  private final class Alarm implements Timer {
    private final long at;
    private final Runnable task;

    Alarm(long at, Runnable task) {
      this.at = at;
      this.task = task;
    }

    @Override
    public void cancel() {
      alarms.remove(this);
    }
  }

  private ManualLane(World world) {
    this.world = world;
  }

  /** Runs the task as if the lane had come to it, then everything that follows. */
  void on(Runnable task) {
    enter(task);
    world.run();
  }

  /** Runs the task as if the lane had come to it, and nothing else. */
  void enter(Runnable task) {
    ManualLane before = world.current;
    world.current = this;
    try {
      task.run();
    } finally {
      world.current = before;
    }
  }

  /** Runs the oldest task. */
  boolean runTask() {
    Runnable task = tasks.poll();
    if (task != null) {
      enter(task);
    }
    return task != null;
  }

  int waiting() {
    return tasks.size();
  }

  int alarms() {
    return alarms.size();
  }

  private void ring() {
    List<Alarm> due = new ArrayList<>(alarms);
    due.removeIf(alarm -> alarm.at > world.now);
    due.sort(Comparator.comparingLong(alarm -> alarm.at));
    for (Alarm alarm : due) {
      if (alarms.remove(alarm)) {
        enter(alarm.task);
      }
    }
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public boolean inLane() {
    return world.current == this;
  }

  @Override
  public long nanoTime() {
    return world.now;
  }

  @Override
  public Timer schedule(Runnable task, long delayNanos) {
    Alarm alarm = new Alarm(world.now + delayNanos, task);
    alarms.add(alarm);
    return alarm;
  }
}
