package dev.parley.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.parley.Admit;
import dev.parley.Attempt;
import dev.parley.DataKey;
import dev.parley.OnConnect;
import dev.parley.OnDisconnect;
import dev.parley.OnEvent;
import dev.parley.Refused;
import dev.parley.Socket;
import dev.parley.SocketNamespace;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The example of docs/how-to/test-your-handlers.md. */
class ChatTest {
  @SocketNamespace("/chat")
  static class Chat {
    static final DataKey<String> USER = DataKey.named("user", String.class);

    record Say(String room, String text) {}

    record Said(String user, String text) {}

    @Admit
    void check(Attempt attempt) {
      String user = attempt.auth().text("user");
      if (user == null) {
        throw new Refused("who are you?", Map.of("missing", "user"));
      }
      attempt.data(USER, user);
    }

    @OnConnect
    void welcome(Socket socket) {
      socket.join("lobby");
      socket.emit("welcome", socket.data(USER));
    }

    @OnEvent
    int say(Socket socket, Say say) {
      socket.to(say.room()).emit("said", new Said(socket.data(USER), say.text()));
      return say.text().length();
    }

    @OnEvent
    CompletionStage<String> vote(Socket socket, String question) {
      return socket
          .namespace()
          .timeout(Duration.ofSeconds(5))
          .emitWithAck("vote", question)
          .thenApply(report ->
              report.answers().size() + " voted, " + report.missing().size() + " did not");
    }

    @OnDisconnect
    void leave(Socket socket) {
      socket.broadcast().emit("left", socket.data(USER));
    }
  }

  private final ParleyTest test = ParleyTest.of(parley -> parley.register(new Chat()));
  private final TestClient ada = test.connect("/chat", Map.of("user", "ada"));
  private final TestClient bob = test.connect("/chat", Map.of("user", "bob"));

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void everybodyElseHearsWhatIsSaid() {
    int length = ada.call("say", new Chat.Say("lobby", "hello")).get(0, Integer.class);

    assertEquals(5, length);
    assertEquals(new Chat.Said("ada", "hello"), bob.expect("said").as(Chat.Said.class));
    ada.expect("welcome");
    ada.expectNothing();
  }

  @Test
  void strangersStayOutside() {
    TestClient stranger = test.connect("/chat");

    assertEquals("who are you?", stranger.refused().message());
    assertEquals(Map.of("missing", "user"), stranger.refused().data());
  }

  @Test
  void aVoteWaitsFiveSeconds() {
    ada.onAsk("vote", question -> "yes");

    var result = bob.emitWithAck("vote", "tea?");
    bob.expect("vote");
    test.clock().advance(Duration.ofSeconds(5));

    assertEquals("1 voted, 1 did not", result.join().get(0, String.class));
  }

  @Test
  void aSleepingLaptopIsNoticed() {
    bob.mute();
    test.clock().advance(Duration.ofMinutes(1));

    assertEquals("bob", ada.expect("left").as(String.class));
  }

  @Test
  void oldClientsOverPollingAreWelcome() {
    TestClient old = test.client()
        .revision3()
        .transport(TestTransport.POLLING)
        .connect("/chat", Map.of("user", "old"));

    assertEquals("old", old.expect("welcome").as(String.class));
  }
}
