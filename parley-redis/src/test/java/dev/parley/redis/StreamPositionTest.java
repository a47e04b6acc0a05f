package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.redis.StreamPosition.Info;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPositionTest {
  private final StreamPosition position = new StreamPosition();

  @Test
  void beginsAtTheEnd() {
    assertThat(position.look(new Info(3, 10, "9-1", "7-0"))).isZero();

    assertThat(position.lastId()).isEqualTo("9-1");
  }

  @Test
  void beginsAtTheVeryBeginningOfAStreamThatIsNotThereYet() {
    position.look(Info.NONE);

    assertThat(position.lastId()).isEqualTo("0-0");
  }

  @Test
  void missesNothingWhileItsLastEntryOrAnOlderOneIsThere() {
    position.look(new Info(3, 10, "9-1", "7-0"));

    assertThat(position.look(new Info(5, 12, "11-0", "7-0"))).isZero();
    assertThat(position.look(new Info(3, 12, "11-0", "9-1"))).isZero();
  }

  @Test
  void countsWhatWasTrimmedUnread() {
    position.look(new Info(3, 10, "9-1", "7-0"));
    position.read("9-2");
    position.read("10-0");

    // 100 were added since, 30 of them are there.
    assertThat(position.look(new Info(30, 112, "99-0", "80-0"))).isEqualTo(70);
    assertThat(position.look(new Info(30, 112, "99-0", "80-0"))).isZero();
  }

  @Test
  void countsWhatWasTrimmedWhileAnAnswerWasOnItsWay() {
    position.look(new Info(3, 10, "9-1", "7-0"));
    // The answer holds what was left after 100 more were added and 70 of them trimmed.
    position.read("80-0");
    position.read("80-1");

    assertThat(position.look(new Info(30, 110, "99-0", "80-0"))).isEqualTo(69);
    assertThat(position.look(new Info(30, 110, "99-0", "80-0"))).isZero();
  }

  @Test
  void missesNothingIfJustTheLastOnesThatItReadWereTrimmed() {
    position.look(new Info(3, 10, "9-1", "7-0"));

    assertThat(position.look(new Info(2, 12, "11-0", "10-0"))).isZero();
  }

  @Test
  void aStreamWithAnEarlierEndIsAnotherOne() {
    position.look(new Info(3, 10, "9-1", "7-0"));

    assertThat(position.look(new Info(2, 2, "8-7", "8-0"))).isEqualTo(StreamPosition.ANEW);
    assertThat(position.lastId()).isEqualTo("8-7");
    assertThat(position.look(new Info(1, 4, "8-9", "8-9"))).isEqualTo(1);
  }

  @Test
  void aStreamThatIsGoneIsReadFromItsNewBeginning() {
    position.look(new Info(3, 10, "9-1", "7-0"));

    assertThat(position.look(Info.NONE)).isEqualTo(StreamPosition.ANEW);
    assertThat(position.lastId()).isEqualTo("0-0");
  }

  @Test
  void aStreamThatCountsAnewIsReadOn() {
    position.look(new Info(3, 10, "9-1", "7-0"));

    assertThat(position.look(new Info(2, 2, "20-0", "19-0"))).isEqualTo(StreamPosition.ANEW);
    assertThat(position.lastId()).isEqualTo("9-1");
    position.read("19-0");
    position.read("20-0");
    assertThat(position.look(new Info(1, 5, "30-0", "30-0"))).isEqualTo(2);
  }

  @Test
  void countsNothingBeforeRedis7() {
    position.look(new Info(3, -1, "9-1", "7-0"));
    position.read("10-0");

    assertThat(position.look(new Info(1, -1, "99-0", "99-0"))).isZero();
  }

  @Test
  void idsAreComparedByNumbers() {
    assertThat(StreamPosition.compare("9-1", "10-0")).isNegative();
    assertThat(StreamPosition.compare("9-10", "9-9")).isPositive();
    assertThat(StreamPosition.compare("0-0", "0-0")).isZero();
    assertThat(StreamPosition.compare("18446744073709551615-0", "1-0")).isPositive();
  }

  @Test
  void readsWhatRedisTells() {
    List<?> answer = Arrays.asList(
        utf8("length"),
        2L,
        utf8("last-generated-id"),
        utf8("5-1"),
        utf8("entries-added"),
        7L,
        utf8("first-entry"),
        List.of(utf8("4-0"), List.of(utf8("a"), utf8("b"))),
        utf8("more"),
        null);

    assertThat(Info.of(answer)).isEqualTo(new Info(2, 7, "5-1", "4-0"));
  }

  @Test
  void readsWhatRedisTellsOfAnEmptyStream() {
    List<?> answer = Arrays.asList(
        utf8("length"), 0L, utf8("last-generated-id"), utf8("5-1"), utf8("first-entry"), null);

    assertThat(Info.of(answer)).isEqualTo(new Info(0, -1, "5-1", null));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
