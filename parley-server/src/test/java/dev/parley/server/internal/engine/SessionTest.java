package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.engineio.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The mailbox and the deadlines. */
class SessionTest {
  private final Scene scene = new Scene();
  private final FakeLink link = scene.webSocket(Scene.WS4);
  private final Session session = scene.owner().session;
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsTasksInOrderAndNeverInsideTheCall() {
    scene.lane.enter(() -> {
      session.execute(() -> {
        ran.add("first");
        session.execute(() -> ran.add("third"));
        ran.add("still first");
      });
      session.execute(() -> ran.add("second"));
      assertThat(ran).isEmpty();
    });
    scene.world.run();
    assertThat(ran).containsExactly("first", "still first", "second", "third");
  }

  @Test
  void keepsTasksAndPacketsInOneOrder() {
    session.send(Scene.text("1"));
    session.execute(() -> session.send(Scene.text("3")));
    session.send(List.of(Scene.text("2"), Scene.binary((byte) 2)), false);
    scene.world.run();
    assertThat(link.sent()).containsExactly("41", "42", "#02", "43");
  }

  @Test
  void writesAtOnceOnTheLaneWhenNothingWaits() {
    scene.lane.enter(() -> {
      session.send(List.of(Scene.text("1")), false);
      int tasks = scene.lane.waiting();
      session.send(Scene.text("2"));
      assertThat(scene.lane.waiting())
          .as("only the flush waits")
          .isEqualTo(tasks)
          .isEqualTo(1);
    });
    scene.world.run();
    assertThat(link.sent()).containsExactly("41", "42");
  }

  @Test
  void neverOvertakesMailFromOtherThreads() {
    session.send(Scene.text("from a thread"));
    scene.lane.enter(() -> session.send(List.of(Scene.text("from the lane")), false));
    scene.world.run();
    assertThat(link.sent()).containsExactly("4from a thread", "4from the lane");
  }

  @Test
  void doesNotTakeAClientThatIsNotReadForDead() {
    scene.lane.on(() -> session.reading(false));
    scene.advance(120_000);
    assertThat(session.isOpen()).isTrue();
    scene.lane.on(() -> session.reading(true));
    scene.advance(19_000);
    assertThat(session.isOpen()).isTrue();
    scene.advance(2_000);
    assertThat(session.isOpen()).isFalse();
  }

  @Test
  void goesOnAfterATaskThatThrows() {
    session.execute(() -> {
      throw new IllegalStateException("expected in the log");
    });
    session.execute(() -> ran.add("next"));
    scene.world.run();
    assertThat(ran).containsExactly("next");
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void letsOthersRunBetweenManyTasks() {
    for (int i = 0; i < 1000; i++) {
      session.execute(() -> ran.add("mine"));
    }
    scene.lane.execute(() -> ran.add("other"));
    scene.world.run();
    assertThat(ran).hasSize(1001);
    assertThat(ran.indexOf("other")).isBetween(1, 999);
  }

  @Test
  void handlesAMessageAfterMailThatCameBefore() {
    scene.lane.enter(() -> {
      session.execute(() -> scene.owner().heard.add("task"));
      link.textNow("4message");
    });
    scene.world.run();
    assertThat(scene.owner().drain()).containsExactly("task", "message");
  }

  @Test
  void doesNotCloseInsideACallOfItsOwner() {
    scene.owner().onMessage = message -> {
      session.close(CloseReason.FORCED_CLOSE, null, false);
      scene.owner().heard.add("after close()");
    };
    link.text("4a");
    assertThat(scene.owner().drain()).containsExactly("a", "after close()", "closed: forced close");
  }

  @Test
  void closesOnceWithTheFirstCause() {
    session.close(CloseReason.FORCED_CLOSE, new IllegalStateException("first"), false);
    session.close(CloseReason.PARSE_ERROR, null, false);
    link.end(1006, new java.io.IOException("reset"));
    assertThat(scene.owner().drain()).containsExactly("closed: forced close, first");
  }

  @Test
  void runsTasksOfAnEndedSession() {
    link.end(1000, null);
    session.execute(() -> ran.add("clean up"));
    scene.world.run();
    assertThat(ran).containsExactly("clean up");
  }

  @Test
  void doesNotShowItsSecret() {
    assertThat(session.toString()).doesNotContain(session.sid());
  }

  @Test
  void keepsTheOthersTimersWhenOneOwnerIsBroken() {
    FakeLink other = scene.webSocket(Scene.WS4);
    scene.owners.get(0).broken = true;
    scene.advance(25_000);
    assertThat(link.closed()).isEqualTo("1005");
    assertThat(other.sent()).containsExactly("2");
    scene.advance(20_000);
    assertThat(other.closed()).isEqualTo("1005");
  }

  @Test
  void ticksEverySessionAtItsOwnTimeWithOneTimer() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Recorder> owners = new ArrayList<>();
    List<Long> due = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      scene.webSocket(Scene.WS4);
      owners.add(scene.owner());
      due.add(1L + random.nextInt(20_000));
    }
    long start = scene.lane.nanoTime();
    scene.lane.on(() -> {
      for (int i = 0; i < owners.size(); i++) {
        owners.get(i).deadline = start + due.get(i) * 1_000_000;
        owners.get(i).session.rescheduled();
      }
    });
    for (int millis = 0; millis < 20_000; millis += 500) {
      for (int i = 0; i < owners.size(); i++) {
        boolean ticked = owners.get(i).heard.contains("tick");
        assertThat(ticked)
            .as("session %s at %s ms, seed %s", i, millis, seed)
            .isEqualTo(due.get(i) <= millis);
      }
      assertThat(scene.lane.alarms()).isEqualTo(1);
      if (random.nextInt(4) == 0) {
        Recorder leaving = owners.get(random.nextInt(owners.size()));
        int index = owners.indexOf(leaving);
        leaving.session.close(CloseReason.FORCED_CLOSE, null, true);
        owners.remove(index);
        due.remove(index);
      }
      scene.advance(500);
    }
  }
}
