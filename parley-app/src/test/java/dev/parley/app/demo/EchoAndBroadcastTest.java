package dev.parley.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EchoAndBroadcastTest {
  @Test
  void answersTheSenderOrEverybody() {
    try (ParleyTest test = ParleyTest.of(EchoAndBroadcast::new)) {
      TestClient one = test.connect("/test");
      TestClient two = test.connect("/test");
      assertData(one, "Connected");
      assertData(two, "Connected");

      one.emit("my event", Map.of("data", "only me"));
      assertData(one, "only me");
      two.expectNothing();

      one.emit("my broadcast event", Map.of("data", "all of us"));
      assertData(one, "all of us");
      assertData(two, "all of us");
    }
  }

  private static void assertData(TestClient client, String data) {
    assertThat(client.expect("my response").toList()).containsExactly(Map.of("data", data));
  }
}
