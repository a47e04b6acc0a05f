package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How handlers get to their threads: once for each pass over a lane, not once for each event. */
class HandOverTest {
  private final List<String> heard = new ArrayList<>();
  private final Deque<RuntimeException> refusals = new ArrayDeque<>();
  private final SocketScene scene = new SocketScene();
  private final Namespace main = scene.server.of("/");

  private List<FakeLink> clients(SocketScene scene, int count) {
    scene.server.of("/").on("say", String.class, (socket, text) -> heard.add(text));
    List<FakeLink> links = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      links.add(scene.join("/"));
    }
    return links;
  }

  private static void say(FakeLink link, String text) {
    link.textNow("42[\"say\",\"" + text + "\"]");
  }

  @Test
  void theEventsOfAPassWakeOneThread() {
    List<FakeLink> links = clients(scene, 3);
    scene.lane.on(() -> {
      links.forEach(link -> say(link, "a" + links.indexOf(link)));
      links.forEach(link -> say(link, "b" + links.indexOf(link)));
      assertThat(scene.handlers).as("not in the middle of it").isEmpty();
    });

    assertThat(scene.handlers).hasSize(1);
    scene.handlers.remove().run();
    assertThat(scene.handlers).as("a turn for each other client").hasSize(2);
    assertThat(heard).containsExactly("a0", "b0");
    scene.runHandlers();
    assertThat(heard).containsExactly("a0", "b0", "a1", "b1", "a2", "b2");
  }

  @Test
  void aLongPassDoesNotKeepHandlersWaiting() {
    List<FakeLink> links = clients(scene, 200);
    scene.lane.on(() -> {
      links.forEach(link -> say(link, "x"));
      assertThat(scene.handlers).hasSize(3);
    });

    scene.runHandlers();
    assertThat(heard).hasSize(200);
  }

  @Test
  void whatWasTakenBeforeTheThreadsEndStillRuns() {
    SocketScene closing = refusing();
    List<FakeLink> links = clients(closing, 2);
    closing.lane.on(() -> links.forEach(link -> say(link, "" + links.indexOf(link))));

    refusals.add(new RejectedExecutionException("closed"));
    closing.runHandlers();

    assertThat(heard).containsExactly("0", "1");
  }

  @Test
  void onlyTheClientsWhoseEventsNoThreadTakesAreClosed() {
    SocketScene full = refusing();
    full.server.of("/").onDisconnect((socket, how) -> heard.add("left"));
    List<FakeLink> links = clients(full, 3);
    full.lane.on(() -> {
      links.forEach(link -> say(link, "" + links.indexOf(link)));
      // Neither the batch nor the first of it.
      refusals.add(new RejectedExecutionException("full"));
      refusals.add(new IllegalStateException("no thread can be made"));
    });
    full.runHandlers();

    assertThat(heard).containsExactlyInAnyOrder("1", "2", "left");
    assertThat(links).extracting(link -> link.closed() == null).containsExactly(false, true, true);
  }

  /** Refuses as long as there is a refusal. */
  private SocketScene refusing() {
    SocketScene[] made = new SocketScene[1];
    made[0] = new SocketScene(builder -> builder.handlerExecutor(task -> {
      if (!refusals.isEmpty()) {
        throw refusals.remove();
      }
      made[0].handlers.add(task);
    }));
    return made[0];
  }

  @Test
  void theEndOfASessionIsHandedOverBeforeItIsOver() {
    main.onDisconnect((socket, how) -> heard.add("left"));
    FakeLink link = scene.join("/");
    scene.lane.enter(() -> {
      say(link, "x");
      link.endNow(1000, null);
      assertThat(scene.server.clientsCount()).isZero();
      assertThat(scene.handlers).as("before close() could end the threads").hasSize(1);
    });

    scene.runHandlers();
    assertThat(heard).containsExactly("left");
  }
}
