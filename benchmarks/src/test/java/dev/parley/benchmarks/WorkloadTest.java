package dev.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Parley;
import dev.parley.benchmarks.load.Workload;
import dev.parley.benchmarks.raw.RawServer;
import dev.parley.netty.NettyTransport;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Every load runs and finds every answer right; how fast is of no interest here. The largest rooms are left out: they need more
 * file descriptors than a build has.
 */
class WorkloadTest {
  private static final Workload.Timing SHORT = new Workload.Timing(0.01, 0.05, 0.05);
  private static final Workload.Meters NO_METERS = new Workload.Meters(() -> 0, () -> 0);

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"IDLE", "BROADCAST_TO_5000", "BROADCAST_TO_19000"})
  void theRawServerAnswersRight(Workload load) {
    try (RawServer server = new RawServer(0)) {
      Workload.Rate rate = load.run(server.port(), SHORT, NO_METERS);

      assertThat(rate.perSecond()).isPositive();
      assertThat(rate.p99Micros()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"IDLE", "BROADCAST_TO_5000", "BROADCAST_TO_19000"})
  void parleyAnswersRight(Workload load) throws IOException {
    try (Parley server = ParleyServer.build(
            0, ParleyServer.Lane.nonblocking, NettyTransport.AUTO, null)
        .start()) {
      Workload.Rate rate = load.run(server.port(), SHORT, NO_METERS);

      assertThat(rate.perSecond()).isPositive();
    }
  }

  @Test
  void idleConnectionsAreCounted() throws IOException {
    try (Parley server = ParleyServer.build(
            0, ParleyServer.Lane.blocking, NettyTransport.AUTO, null)
        .start()) {
      Workload.Memory memory = Workload.runIdle(server.port(), 50, () -> 0);

      assertThat(memory.connections()).isEqualTo(50);
    }
  }
}
