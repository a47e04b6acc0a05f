package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Socket;
import dev.parley.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the host in memory shows that others cannot. */
class MemoryHostTest {
  @Test
  void encodesABroadcastOnceForAllClients() {
    try (ParleyTest test = ParleyTest.of(parley -> {})) {
      for (int i = 0; i < 10; i++) {
        test.connect();
        test.client().revision3().connect();
      }
      test.settle();
      long before = test.host().framesEncoded();

      test.server().of("/").emit("text", "x");
      test.settle();
      assertThat(test.host().framesEncoded() - before).isEqualTo(1);

      test.server().of("/").emit("binary", new byte[] {1});
      test.settle();
      // The header, which is text, and the attachment, which each revision frames in its own way.
      assertThat(test.host().framesEncoded() - before).isEqualTo(1 + 3);
    }
  }

  @Test
  void letsASlowClientBeSeen() {
    MemoryHost host = new MemoryHost().highWaterMark(1_000);
    try (ParleyTest test = ParleyTest.on(host, builder -> {}, parley -> {})) {
      TestClient client = test.connect();
      Socket socket = test.server().of("/").sockets().findFirst().orElseThrow();
      test.settle();
      assertThat(socket.writable()).isTrue();

      client.reading(false);
      for (int i = 0; i < 10; i++) {
        socket.emit("flood", "x".repeat(300));
      }
      test.settle();
      assertThat(socket.writable()).isFalse();
      socket.asVolatile().emit("volatile");
      client.reading(true);
      test.settle();

      assertThat(socket.writable()).isTrue();
      assertThat(socket.queuedBytes()).isZero();
      assertThat(client.received()).hasSize(10);
    }
  }

  @Test
  void leavesNoTimerBehind() {
    MemoryHost host = new MemoryHost();
    List<TestClient> clients = new ArrayList<>();
    try (ParleyTest test = ParleyTest.on(host, builder -> {}, parley -> {})) {
      for (TestTransport transport : TestTransport.values()) {
        clients.add(test.client().transport(transport).connect());
        clients.add(test.client().transport(transport).revision3().connect());
      }
      test.clock().advance(Duration.ofMinutes(10));
      assertThat(clients).allMatch(TestClient::connected);
      // One for each lane with a session, and the heartbeats of three clients of revision 3.
      assertThat(test.clock().pending()).isLessThanOrEqualTo(3 + 3);

      clients.forEach(TestClient::close);
      test.clock().advance(Duration.ofMinutes(1));
      assertThat(test.server().clientsCount()).isZero();
      assertThat(test.clock().pending()).isZero();
    }
  }

  @Test
  void answersTooLongRequestsItself() {
    try (ParleyTest test = ParleyTest.of(
        builder -> builder.limits(limits -> limits.maxUrlBytes(500).maxHeaderBytes(1_000)),
        parley -> {})) {
      assertThat(test.http().get("/" + "x".repeat(600)).status()).isEqualTo(414);
      assertThat(test.http().header("X-Long", "x".repeat(1_000)).get("/").status())
          .isEqualTo(431);
    }
  }

  @Test
  void servesTheUsersOwnPages() {
    try (ParleyTest test = ParleyTest.of(
        builder -> builder.http(
            (request, body) -> HttpResponse.text(200, request.path() + " " + body.length)),
        parley -> {})) {
      assertThat(test.http().get("/page?x=1").text()).isEqualTo("/page 0");
      assertThat(test.http().post("/form", "12345").text()).isEqualTo("/form 5");
      assertThat(test.http()
              .begin("POST", "/chunks", -1)
              .write("12")
              .write("3")
              .end()
              .reply()
              .text())
          .isEqualTo("/chunks 3");
    }
  }

  @Test
  void servesOneServerOnly() {
    MemoryHost host = new MemoryHost();
    ParleyTest.on(host, builder -> {}, parley -> {}).close();

    assertThatThrownBy(() -> ParleyTest.on(host, builder -> {}, parley -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closesTenTimesWhateverIsGoingOn() {
    for (int i = 0; i < 10; i++) {
      ParleyTest test =
          ParleyTest.of(parley -> parley.of("/").onCall("echo", String.class, (s, x) -> x));
      for (TestTransport transport : TestTransport.values()) {
        TestClient client = test.client().transport(transport).start("/", null);
        if (i % 2 == 0) {
          client.awaitDecision().emitWithAck("echo", "x");
        }
      }
      test.close();
      assertThat(test.clock().pending()).isZero();
    }
  }
}
