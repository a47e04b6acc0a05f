package dev.parley.cluster;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a URL that no bus can be made of. */
class WiresTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          carrier-pigeon://loft           | memory
          memory://name?prefix=chat       | prefix
          memory://user:one?secret@host   | %3F
          memory://a b                    | cannot be read
          loft                            | begin with
          """)
  void isNamedWithoutThePassword(String url, String named) {
    assertThatThrownBy(() -> Wires.open(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("secret");
  }
}
