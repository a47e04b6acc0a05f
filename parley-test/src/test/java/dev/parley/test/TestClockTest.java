package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestClockTest {
  private final TestClock clock = new TestClock(new Tasks(null));
  private final List<String> fired = new ArrayList<>();

  private Runnable schedule(String name, int millis) {
    return clock.schedule(
        () -> fired.add(name + " at " + clock.elapsed().toMillis()),
        Duration.ofMillis(millis).toNanos());
  }

  @Test
  void firesWhatIsDueInOrderAndAtItsTime() {
    schedule("late", 300);
    schedule("first", 100);
    schedule("second", 100);

    clock.advance(Duration.ofMillis(99));
    assertThat(fired).isEmpty();
    clock.advance(Duration.ofMillis(500));

    assertThat(fired).containsExactly("first at 100", "second at 100", "late at 300");
    assertThat(clock.elapsed()).isEqualTo(Duration.ofMillis(599));
  }

  @Test
  void firesWhatFollowsFromWhatWasDue() {
    clock.schedule(() -> schedule("again", 50), Duration.ofMillis(100).toNanos());

    clock.advance(Duration.ofMillis(200));

    assertThat(fired).containsExactly("again at 150");
  }

  @Test
  void firesNothingThatWasTakenBack() {
    schedule("gone", 100).run();

    clock.advance(Duration.ofSeconds(1));

    assertThat(fired).isEmpty();
    assertThat(clock.pending()).isZero();
  }

  @Test
  void doesNotRunBackwards() {
    assertThatThrownBy(() -> clock.advance(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
