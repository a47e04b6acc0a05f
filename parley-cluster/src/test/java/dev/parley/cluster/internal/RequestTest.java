package dev.parley.cluster.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Args;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestTest {
  @Test
  void whatFollowsAnAnswerRunsWithoutTheLock() {
    Request.ServerSide request = new Request.ServerSide("id", 0, Runnable::run);
    CompletableFuture<Boolean> locked =
        request.future.thenApply(answers -> Thread.holdsLock(request));

    request.update(nodes -> nodes.expect(1));
    request.answered("node", List.of(Args.of(7)));

    assertThat(locked).isCompletedWithValue(false);
  }
}
