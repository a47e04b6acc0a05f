package dev.parley.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class PlainStringsTest {
  private static final JsonMapper JACKSON = JsonMapper.shared();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[\"e\",\"\"]             | ``",
        "[\"e\",\"hello\"]        | hello",
        "[\"\",\"grüße 😀\"]      | grüße 😀",
        "[\"e\",\"] , [ { } : \"] | `] , [ { } : `",
      })
  void readsThePlainString(String json, String second) {
    assertThat(PlainStrings.second(Message.text(json))).isEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[\"e\"]",
        "[\"e\",1]",
        "[\"e\",null]",
        "[\"e\", \"x\"]",
        "[ \"e\",\"x\"]",
        "[\"e\",\"x\"] ",
        "[\"e\",\"a\\nb\"]",
        "[\"a\\nb\",\"x\"]",
        "[\"e\",\"x\",\"y\"]",
        "[\"e\",\"x]",
        "[\"e\",\"x\"",
        "[\"e\",\"\u0001\"]",
        "[\"e\",\"0123456\\u00e9\"]",
        "[\"e\"\"x\"]",
        "[\"e,\"x\"]"
      })
  void leavesEverythingElseToTheParser(String json) {
    assertThat(PlainStrings.second(Message.text(json))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "\\", "a\nb", "é", "😀", "\ud83d", "0123456789\t", "\u0000"})
  void leavesWhatNeedsAnEscapeToTheGenerator(String text) {
    assertThat(PlainStrings.array("e", text)).isNull();
    assertThat(PlainStrings.array(text, "x")).isNull();
  }

  @Test
  void agreesWithJacksonOnRandomStrings() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append(
            (char) (random.nextInt(20) == 0 ? random.nextInt(0x250) : ' ' + random.nextInt(0x5f)));
      }
      String json = JACKSON.writeValueAsString(new String[] {"e", text.toString()});
      String read = PlainStrings.second(Message.text(json.getBytes(StandardCharsets.UTF_8)));
      Body written = PlainStrings.array("e", text.toString());
      assertThat(read).as("seed %d, %s", seed, json).isIn(null, text.toString());
      assertThat(written == null ? json : written.raw().asString())
          .as("seed %d", seed)
          .isEqualTo(json);
    }
  }

  @Test
  void readsASliceOfALargerArray() {
    byte[] wire = "42[\"e\",\"hello\"]tail".getBytes(StandardCharsets.UTF_8);
    assertThat(PlainStrings.second(Message.text(wire, 2, wire.length - 6))).isEqualTo("hello");
  }
}
