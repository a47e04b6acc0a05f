package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.AckException;
import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.Call;
import dev.parley.Namespace;
import dev.parley.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Acknowledgements both ways; every one of them ends. */
@OverEveryWay
public abstract class AcksContract extends ServerContract {
  record Question(String text) {}

  record Answer(int number) {}

  private static final Call<Question, Answer> ASK = Call.named("ask", Question.class, Answer.class);

  /** The server's side of the client under test. */
  private final CompletableFuture<Socket> socket = new CompletableFuture<>();

  protected AcksContract(Bench.Starter starter) {
    super(starter);
  }

  private TestClient connectOne() {
    start(parley -> parley.of("/").onConnect(socket::complete));
    TestClient client = connect();
    await("the connect handler", socket::isDone);
    return client;
  }

  private <T> T value(CompletionStage<T> stage) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    await("a future", future::isDone);
    return future.join();
  }

  private AckException.Reason failure(CompletableFuture<?> future) {
    await("a failure", future::isDone);
    assertThat(future).isCompletedExceptionally();
    try {
      future.join();
      throw new AssertionError("it did not fail");
    } catch (CompletionException e) {
      return ((AckException) e.getCause()).reason();
    }
  }

  @Test
  void acknowledgesWithWhatTheHandlerReturns() {
    CompletableFuture<Object> later = new CompletableFuture<>();
    start(parley -> {
      Namespace root = parley.of("/");
      root.onCall("value", String.class, (s, x) -> Map.of("a", List.of(1)));
      root.onCall("null", String.class, (s, x) -> null);
      root.onCall("list", String.class, (s, x) -> List.of(1, 2));
      root.onCall("several", String.class, (s, x) -> Args.of(1, null, new byte[] {2}));
      root.onCall("later", String.class, (s, x) -> later);
      root.on("nothing", String.class, (s, x) -> {});
    });
    TestClient client = connect();

    assertThat(client.call("value").toList()).containsExactly(Map.of("a", List.of(1)));
    assertThat(client.call("null").toList()).containsExactly((Object) null);
    assertThat(client.call("list").toList()).containsExactly(List.of(1, 2));
    List<Object> several = client.call("several").toList();
    assertThat(several.subList(0, 2)).containsExactly(1, null);
    assertThat(several.get(2)).isEqualTo(new byte[] {2});
    assertThat(client.call("nothing").size()).isZero();
    CompletableFuture<Args> waiting = client.emitWithAck("later");
    barrier(client);
    assertThat(waiting).isNotDone();
    later.complete("now");
    await("the later answer", waiting::isDone);
    assertThat(waiting.join().toList()).containsExactly("now");
  }

  @Test
  void acknowledgesNothingThatWasNotAskedFor() {
    start(parley -> parley.of("/").onCall("value", String.class, (s, x) -> 1));
    TestClient client = connect();
    client.rawReceived();

    client.emit("value");
    client.call("value");

    assertThat(client.rawReceived()).hasSize(1);
  }

  @Test
  void asksTheClient() {
    TestClient client = connectOne();
    client.onAsk(
        "ask", question -> new Answer(question.get(0, Question.class).text().length()));
    client.onAsk("several", question -> Args.of(1, null, new byte[] {3}));
    client.onAsk("null", question -> null);

    assertThat(value(socket.join().call(ASK, new Question("four")))).isEqualTo(new Answer(4));
    Args several = value(socket.join().emitWithAck("several"));
    assertThat(several.size()).isEqualTo(3);
    assertThat(several.get(2, byte[].class)).isEqualTo(new byte[] {3});
    assertThat(value(socket.join().emitWithAck("null")).toList()).containsExactly((Object) null);
  }

  @Test
  void takesAnAnswerWithoutValues() {
    TestClient client = connectOne();
    CompletableFuture<Args> answer = socket.join().emitWithAck("question");

    TestEvent question = client.expect("question");
    assertThat(question.asks()).isTrue();
    question.answer();

    assertThat(value(answer).size()).isZero();
    assertThatThrownBy(question::answer).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void givesUpAfterTheTimeoutAndIgnoresALateAnswer() {
    TestClient client = connectOne();
    CompletableFuture<Args> answer = socket.join().timeout(moment()).emitWithAck("question");
    CompletableFuture<Args> patient = socket.join().emitWithAck("patient");
    TestEvent question = client.expect("question");

    bench().pass(moment());

    assertThat(failure(answer)).isEqualTo(AckException.Reason.TIMEOUT);
    question.answer("late");
    client.expect("patient").answer("in time");
    assertThat(value(patient).toList()).containsExactly("in time");
    assertThat(client.connected()).isTrue();
  }

  @Test
  void failsWhatIsPendingWhenTheClientLeaves() {
    TestClient client = connectOne();
    CompletableFuture<Args> answer = socket.join().emitWithAck("question");
    client.expect("question");

    kill(client);

    assertThat(failure(answer)).isEqualTo(AckException.Reason.DISCONNECTED);
    assertThat(failure(socket.join().emitWithAck("question")))
        .isEqualTo(AckException.Reason.DISCONNECTED);
  }

  @Test
  void failsWhatIsPendingWhenTheServerSendsTheClientAway() {
    TestClient client = connectOne();
    CompletableFuture<Args> answer = socket.join().emitWithAck("question");
    client.expect("question");

    socket.join().disconnect();

    assertThat(failure(answer)).isEqualTo(AckException.Reason.DISCONNECTED);
  }

  @Test
  void boundsWhatOneClientOwes() {
    start(
        builder -> builder.limits(limits -> limits.maxPendingAcks(2)),
        parley -> parley.of("/").onConnect(socket::complete));
    TestClient client = connect();
    await("the connect handler", socket::isDone);
    socket.join().emitWithAck("one");
    CompletableFuture<Args> second = socket.join().emitWithAck("two");

    assertThat(failure(socket.join().emitWithAck("three")))
        .isEqualTo(AckException.Reason.TOO_MANY_PENDING);
    client.expect("two").answer(2);
    assertThat(value(second).toList()).containsExactly(2);
    socket.join().emitWithAck("four");
    client.expect("four");
    client.expectNothing("three");
  }

  @Test
  void reportsWhoAnsweredABroadcast() {
    start(parley -> {});
    TestClient one = connect();
    TestClient two = connect();
    one.onAsk("vote", args -> "yes");
    two.onAsk("vote", args -> "no");

    AckReport report = value(server().of("/").emitWithAck("vote"));

    assertThat(report.complete()).isTrue();
    assertThat(report.answers())
        .extracting(answer -> answer.values().get(0, String.class))
        .containsExactlyInAnyOrder("yes", "no");
    assertThat(report.answers()).extracting(AckReport.Answer::socketId).doesNotHaveDuplicates();
  }

  @Test
  void reportsWhoWasTooSlowOrLeft() {
    start(parley -> {});
    TestClient quick = connect();
    TestClient slow = connect();
    TestClient leaving = connect();
    quick.onAsk("vote", args -> 1);

    CompletableFuture<AckReport> pending = server().of("/").timeout(moment()).emitWithAck("vote");
    slow.expect("vote");
    leaving.expect("vote");
    kill(leaving);
    await("the leaver's end", () -> server().of("/").size() == 2);
    assertThat(pending).isNotDone();
    bench().pass(moment());

    AckReport report = value(pending);
    assertThat(report.complete()).isFalse();
    assertThat(report.answers()).hasSize(1);
    assertThat(report.missing()).hasSize(2);
  }

  @Test
  void reportsAtOnceWhenNobodyIsThere() {
    start(parley -> {});

    AckReport report = value(server().of("/").to("nowhere").emitWithAck("vote"));

    assertThat(report.complete()).isTrue();
    assertThat(report.answers()).isEmpty();
  }
}
