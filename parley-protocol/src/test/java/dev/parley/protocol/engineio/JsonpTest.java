package dev.parley.protocol.engineio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.show;
import static dev.parley.protocol.Wire.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.parley.protocol.ProtocolException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonpTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          plain                 | 2:40            | ___eio[7]("2:40");
          quotes, backslashes   | 6:42["\\n"]     | ___eio[7]("6:42[\\"\\\\n\\"]");
          any text              | 4:4hé€          | ___eio[7]("4:4hé€");
          """)
  void wrapsAPayloadIntoAScript(String name, String payload, String script) {
    assertThat(show(Jsonp.wrap("7", text(payload)))).isEqualTo(script);
  }

  @Test
  void escapesWhatEndsALineInAScript() {
    Message script = Jsonp.wrap("0", Message.text("\u2028\u2029\n\u0000\u2027"));

    assertThat(script.asString()).isEqualTo("___eio[0](\"\\u2028\\u2029\\u000a\\u0000\u2027\");");
    assertThat(script.array()).hasSize(script.length());
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "12ab34, 1234", "'0];alert(1)//', 01", "abc, ''", "'', ''", "٣٤, ''"})
  void onlyDigitsOfTheIndexSurvive(String j, String digits) {
    assertThat(Jsonp.digits(j)).isEqualTo(digits);
  }

  @Test
  void aLongIndexIsCut() {
    assertThat(Jsonp.digits("1".repeat(1_000_000))).isEqualTo("1".repeat(20));
  }

  @Test
  void neverWrapsAnIndexThatCouldBeCode() {
    assertThatIllegalArgumentException().isThrownBy(() -> Jsonp.wrap("0];x//", text("1:6")));
  }

  @Test
  void neverWrapsBinaryData() {
    assertThatIllegalArgumentException().isThrownBy(() -> Jsonp.wrap("0", binary("01")));
  }

  /** The bodies come from the escaping of engine.io-client 3.5, with CR LF and LF in mind. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          an escaped line feed in JSON  | d=11%3A42%5B%22a%5C%5Cnb%22%5D | 11:42["a\\nb"]
          a backslash and an n in JSON  | d=x%5C%5C%5Cn                  | x\\\\n
          another escape                | d=plain%20%5Ct%20%C3%A9        | plain \\t é
          a plus is a space             | d=a+b                          | a b
          a plus of its own             | d=1%2b1                        | 1+1
          not the only field            | x=1&d=2%3A4a&y=2               | 2:4a
          empty                         | d=                             | ``
          """)
  void unwrapsAForm(String name, String form, String payload) {
    assertThat(new String(Jsonp.unwrapBody(form.getBytes(UTF_8)), UTF_8)).isEqualTo(payload);
  }

  @Test
  void restoresALineFeed() {
    assertThat(Jsonp.unwrapBody("d=a%5Cnb".getBytes(UTF_8))).isEqualTo("a\nb".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "d", "x=1", "dd=1", "&&", "d=%", "d=%4", "d=%4g", "d=%&x=11", "=d"})
  void refusesABrokenForm(String form) {
    assertRefused(Reason.MALFORMED, () -> Jsonp.unwrapBody(form.getBytes(UTF_8)));
  }
}
