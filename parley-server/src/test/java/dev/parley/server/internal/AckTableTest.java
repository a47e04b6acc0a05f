package dev.parley.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.AckException;
import dev.parley.Args;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckTableTest {
  private final AckTable table = new AckTable();
  private final List<String> ends = new ArrayList<>();

  private PendingAck named(String name) {
    return new PendingAck() {
      @Override
      public void answered(Args values) {
        ends.add(name + " answered");
      }

      @Override
      public void failed(AckException.Reason reason) {
        ends.add(name + " " + reason);
      }
    };
  }

  @Test
  void expiresInTheOrderOfDeadlines() {
    table.add(1, 300, named("late"));
    table.add(2, 100, named("early"));
    table.add(3, Long.MAX_VALUE, named("patient"));
    assertThat(table.nextDeadline()).isEqualTo(100);
    table.expire(99);
    assertThat(ends).isEmpty();
    table.expire(300);
    assertThat(ends).containsExactly("early TIMEOUT", "late TIMEOUT");
    assertThat(table.size()).isOne();
    assertThat(table.nextDeadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void forgetsWhatWasAnswered() {
    table.add(1, 100, named("a"));
    assertThat(table.take(1)).isNotNull();
    assertThat(table.take(1)).isNull();
    assertThat(table.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    table.expire(1_000);
    assertThat(ends).isEmpty();
  }

  @Test
  void failsWhatIsLeftWhenTheClientGoes() {
    table.add(1, 100, named("a"));
    table.add(2, Long.MAX_VALUE, named("b"));
    table.failAll();
    assertThat(ends).containsExactlyInAnyOrder("a DISCONNECTED", "b DISCONNECTED");
    assertThat(table.size()).isZero();
  }
}
