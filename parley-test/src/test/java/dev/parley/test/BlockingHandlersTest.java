package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Args;
import dev.parley.Namespace;
import dev.parley.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Handlers on threads of their own. */
class BlockingHandlersTest {
  private final CountDownLatch latch = new CountDownLatch(1);

  @Test
  void keepsEventsForHandlersThatAConnectHandlerHasYetToRegister() {
    try (ParleyTest test = ParleyTest.blocking(
        builder -> {},
        parley -> parley.of("/").onConnect(socket -> {
          latch.await();
          socket.onCall("early", String.class, (s, text) -> "got " + text);
        }))) {
      TestClient client = test.connect();
      var answer = client.emitWithAck("early", "bird");
      client.of("/other");
      assertThat(answer).isNotDone();

      latch.countDown();

      assertThat(client.call("early", "again").toList()).containsExactly("got again");
      assertThat(answer.join().toList()).containsExactly("got bird");
    }
  }

  @Test
  void letsAHandlerWaitForTheClient() {
    try (ParleyTest test = ParleyTest.blocking(
        builder -> {},
        parley -> parley
            .of("/")
            .onCall(
                "ask me",
                (Socket socket, Args args) ->
                    socket.emitWithAck("question").get().get(0, String.class)))) {
      TestClient client = test.connect();
      client.onAsk("question", args -> "answer");

      assertThat(client.call("ask me").toList()).containsExactly("answer");
    }
  }

  @Test
  void letsAHandlerWaitForTime() {
    try (ParleyTest test = ParleyTest.blocking(
        builder -> {},
        parley -> parley
            .of("/")
            .onCall(
                "ask me",
                (Socket socket, Args args) -> socket
                    .timeout(Duration.ofSeconds(5))
                    .emitWithAck("question")
                    .handle((answer, error) -> error == null ? "answered" : "too late")
                    .get()))) {
      TestClient client = test.connect();
      var answer = client.emitWithAck("ask me");
      client.expect("question");

      test.clock().advance(Duration.ofSeconds(6));

      test.settle();
      assertThat(answer.join().toList()).containsExactly("too late");
    }
  }

  @Test
  void keepsTheOrderOfOneClientWhileOthersGoOn() throws InterruptedException {
    List<Integer> seen = new CopyOnWriteArrayList<>();
    try (ParleyTest test = ParleyTest.blocking(
        builder -> {},
        parley -> parley
            .of("/")
            .on("slow", Integer.class, (socket, n) -> {
              if (n == 0) {
                assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
              }
              seen.add(n);
            })
            .onCall("quick", String.class, (socket, x) -> "done"))) {
      TestClient slow = test.connect();
      for (int i = 0; i < 100; i++) {
        slow.emit("slow", i);
      }

      assertThat(test.connect().call("quick").toList()).containsExactly("done");
      assertThat(seen).isEmpty();
      latch.countDown();

      test.settle();
      assertThat(seen).containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }
  }

  @Test
  void readsNoMoreFromAClientWhoseHandlersFallBehind() {
    try (ParleyTest test = ParleyTest.blocking(
        builder -> builder.limits(limits -> limits.maxQueuedEvents(4)), parley -> {
          parley.of(Pattern.compile("/later"));
          parley.of("/").onCall("slow", Integer.class, (socket, n) -> {
            latch.await();
            return n;
          });
        })) {
      TestClient client = test.connect();
      List<CompletableFuture<Args>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(client.emitWithAck("slow", i));
      }
      client.sendRaw("0/later");
      test.host().tasks().calmDown();
      assertThat(test.server().namespaces()).extracting(Namespace::name).containsExactly("/");

      latch.countDown();

      test.settle();
      assertThat(answers).allSatisfy(answer -> assertThat(answer).isDone());
      assertThat(test.server().namespaces()).hasSize(2);
    }
  }
}
