package dev.parley.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import dev.parley.test.TestEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTest {
  private final ParleyTest test = ParleyTest.of(Chat::new);

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void carriesWhatIsSaidToTheRoom() {
    TestClient ada = enter("Ada", "tea");
    TestClient bo = enter("Bo", "tea");
    TestClient outsider = enter("Cy", "garden");

    assertThat(ada.call("say", " hello ").get(0, Boolean.class)).isTrue();

    assertThat(bo.expect("said").toList()).containsExactly("Ada", "hello");
    ada.expectNothing("said");
    outsider.expectNothing("said");
  }

  @Test
  void announcesWhoComesAndGoes() {
    TestClient ada = enter("Ada", "tea");
    TestClient bo = enter("Bo", "tea");
    assertThat(ada.expect("joined").toList()).containsExactly("Bo");

    assertThat(bo.call("join", "garden").toList()).containsExactly("garden");
    assertThat(ada.expect("left").toList()).containsExactly("Bo");

    bo.call("join", "tea");
    assertThat(ada.expect("joined").toList()).containsExactly("Bo");
    bo.kill();
    assertThat(ada.expect("left").toList()).containsExactly("Bo");
  }

  @Test
  void tellsEverybodyWhoIsWhere() {
    TestClient ada = enter("Ada", "tea");
    TestClient bo = enter("Bo", "garden");
    assertThat(lastPeople(ada))
        .containsExactlyInAnyOrder(
            new Chat.Person(ada.id(), "Ada", "tea"), new Chat.Person(bo.id(), "Bo", "garden"));

    bo.close();
    assertThat(lastPeople(ada)).containsExactly(new Chat.Person(ada.id(), "Ada", "tea"));
  }

  @Test
  void tellsTheRoomWhoTypes() {
    TestClient ada = enter("Ada", "tea");
    TestClient bo = enter("Bo", "tea");
    bo.emit("typing");
    assertThat(ada.expect("typing").toList()).containsExactly("Bo");
    bo.expectNothing("typing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a name of twenty-five chr"})
  void refusesABadName(String name) {
    TestClient client = test.client().start("/chat", Map.of("name", name));
    assertThat(client.refused())
        .isEqualTo(new TestClient.Refusal("Please choose a name of at most 24 characters.", null));
  }

  @Test
  void refusesWhoHasNoName() {
    assertThat(test.client().start("/chat", null).refused()).isNotNull();
    assertThat(test.client().start("/chat", Map.of("name", 7)).refused()).isNotNull();
  }

  @Test
  void staysInItsRoomIfTheNextHasABadName() {
    TestClient ada = enter("Ada", "tea");
    assertThat(ada.call("join", " ").toList()).containsExactly("tea");
    assertThat(ada.call("join", "x".repeat(25)).toList()).containsExactly("tea");
  }

  @Test
  void deliversNothingEmptyOrEndless() {
    TestClient ada = enter("Ada", "tea");
    TestClient bo = enter("Bo", "tea");
    for (Object text : new Object[] {"", " ", "x".repeat(2001)}) {
      assertThat(ada.call("say", text).get(0, Boolean.class)).isFalse();
    }
    assertThat(ada.call("say").get(0, Boolean.class)).isFalse();
    bo.expectNothing("said");
  }

  @Test
  void keepsTheIdOfASocketFromBeingARoom() {
    TestClient ada = enter("Ada", "tea");
    TestClient spy = enter("Spy", "garden");
    spy.call("join", ada.id());
    spy.call("say", "psst");
    ada.expectNothing("said");
  }

  private TestClient enter(String name, String room) {
    TestClient client = test.connect("/chat", Map.of("name", name));
    assertThat(client.call("join", room).toList()).containsExactly(room);
    return client;
  }

  private static Chat.Person[] lastPeople(TestClient client) {
    List<TestEvent> news = client.received("people");
    return news.get(news.size() - 1).as(Chat.Person[].class);
  }
}
