package dev.parley.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.server.transport.HttpExchange;
import dev.parley.server.transport.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private final TestEndpoint endpoint = new TestEndpoint();
  private final RunningHost host = RunningHost.with(endpoint);
  private final List<String> events = new ArrayList<>();
  private final CompletableFuture<List<String>> done = new CompletableFuture<>();

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void expiresInTimeWhateverTheOthersDo() throws Exception {
    onLane(lane -> {
      Deadlines deadlines = new Deadlines(lane, millis(10));
      Deadline stopped = noting("stopped");
      Deadline restarted = noting("restarted");
      deadlines.start(
          new Deadline() {
            @Override
            void expired() {
              events.add("first");
              deadlines.stop(stopped);
              deadlines.start(restarted, millis(60));
              throw new IllegalStateException("on purpose");
            }
          },
          millis(20));
      deadlines.start(stopped, millis(20));
      deadlines.start(restarted, millis(20));
      deadlines.start(noting("second"), millis(20));
      deadlines.start(
          new Deadline() {
            @Override
            void expired() {
              done.complete(events);
            }
          },
          millis(120));
    });
    assertThat(done.get(10, TimeUnit.SECONDS)).containsExactly("first", "second", "restarted");
  }

  private Deadline noting(String name) {
    return new Deadline() {
      @Override
      void expired() {
        events.add(name);
      }
    };
  }

  private void onLane(java.util.function.Consumer<NettyLane> action) throws Exception {
    try (RawPeer peer = host.connect()) {
      peer.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
      HttpExchange exchange = endpoint.later.poll(10, TimeUnit.SECONDS);
      Lane lane = exchange.lane();
      lane.execute(() -> action.accept((NettyLane) lane));
    }
  }

  private static long millis(long count) {
    return TimeUnit.MILLISECONDS.toNanos(count);
  }
}
