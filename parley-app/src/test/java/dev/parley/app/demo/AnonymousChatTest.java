package dev.parley.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.test.ParleyTest;
import dev.parley.test.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnonymousChatTest {
  private static final Map<String, String> SENT = Map.of("nickname", "Ada", "message", "hello");

  @Test
  void keepsTheNameInOneNamespaceOnly() {
    try (ParleyTest test = ParleyTest.of(AnonymousChat::new)) {
      TestClient signed = test.connect("/");
      TestClient anonymous = signed.of("/anonymous");
      TestClient other = test.connect("/anonymous");

      signed.emit("new message", SENT);
      assertThat(signed.expect("new message").toList()).containsExactly(SENT);
      anonymous.expectNothing();
      other.expectNothing();

      anonymous.emit("new message", SENT);
      for (TestClient client : List.of(anonymous, other)) {
        assertThat(client.expect("new message").toList())
            .containsExactly(Map.of("nickname", "Anonymous", "message", "hello"));
      }
      signed.expectNothing();
    }
  }
}
