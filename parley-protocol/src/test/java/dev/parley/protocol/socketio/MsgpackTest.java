package dev.parley.protocol.socketio;

import static dev.parley.protocol.Wire.assertRefused;
import static dev.parley.protocol.Wire.binary;
import static dev.parley.protocol.Wire.bytes;
import static dev.parley.protocol.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.parley.protocol.ProtocolException.Reason;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.MsgpackReader.Kind;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of MessagePack. The vectors were written by notepack.io 2.2.0 (clients) and 3.0.1 (cluster). */
class MsgpackTest {
  private static final int MAX_DEPTH = 4;

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "0, 00",
    "127, 7f",
    "128, cc80",
    "255, ccff",
    "256, cd0100",
    "65535, cdffff",
    "65536, ce00010000",
    "4294967295, ceffffffff",
    "4294967296, cf0000000100000000",
    "9007199254740991, cf001fffffffffffff",
    "9223372036854775807, cf7fffffffffffffff",
    "-1, ff",
    "-32, e0",
    "-33, d0df",
    "-128, d080",
    "-129, d1ff7f",
    "-32768, d18000",
    "-32769, d2ffff7fff",
    "-2147483648, d280000000",
    "-2147483649, d3ffffffff7fffffff",
    "-9007199254740991, d3ffe0000000000001",
    "-9223372036854775808, d38000000000000000",
  })
  void integers(long value, String hex) {
    assertThat(write(w -> w.writeLong(value))).isEqualTo(hex);
    assertThat(write(w -> w.writeBigInteger(BigInteger.valueOf(value)))).isEqualTo(hex);

    MsgpackReader reader = read(hex, Kind.INTEGER);
    assertThat(reader.longValue()).isEqualTo(value);
    assertThat(reader.bigIntegerValue()).isEqualTo(value);
  }

  @ParameterizedTest(name = "{1} is {0}")
  @CsvSource({"d300000000000000ff, 255", "d200000001, 1", "d1ffff, -1", "cf0000000000000007, 7"})
  void integersInAWiderForm(String hex, long value) {
    assertThat(read(hex, Kind.INTEGER).longValue()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775808, cf8000000000000000", "18446744073709551615, cfffffffffffffffff"
  })
  void integersAboveALong(BigInteger value, String hex) {
    assertThat(write(w -> w.writeBigInteger(value))).isEqualTo(hex);

    MsgpackReader reader = read(hex, Kind.BIG_INTEGER);
    assertThat(reader.bigIntegerValue()).isEqualTo(value);
    assertThatIllegalStateException().isThrownBy(reader::longValue);
  }

  @ParameterizedTest
  @ValueSource(strings = {"18446744073709551616", "-9223372036854775809"})
  void integersOfMoreThan64BitsHaveNoForm(BigInteger value) {
    assertThatIllegalArgumentException().isThrownBy(() -> write(w -> w.writeBigInteger(value)));
  }

  @ParameterizedTest
  @CsvSource({"1.5, cb3ff8000000000000", "NaN, cb7ff8000000000000", "-0.0, cb8000000000000000"})
  void floats(double value, String hex) {
    assertThat(write(w -> w.writeDouble(value))).isEqualTo(hex);
    assertThat(read(hex, Kind.FLOAT).doubleValue()).isEqualTo(Double.valueOf(value));
  }

  @Test
  void floatsOfSinglePrecisionAreRead() {
    assertThat(read("ca3fc00000", Kind.FLOAT).doubleValue()).isEqualTo(1.5);
  }

  @Test
  void constants() {
    assertThat(write(MsgpackWriter::writeNil)).isEqualTo("c0");
    assertThat(write(MsgpackWriter::writeUndefined)).isEqualTo("d40000");
    assertThat(write(w -> w.writeBoolean(true))).isEqualTo("c3");
    assertThat(write(w -> w.writeBoolean(false))).isEqualTo("c2");

    read("c0", Kind.NIL);
    read("d40000", Kind.UNDEFINED);
    assertThat(read("c3", Kind.BOOLEAN).booleanValue()).isTrue();
    assertThat(read("c2", Kind.BOOLEAN).booleanValue()).isFalse();
  }

  @ParameterizedTest(name = "{0} characters begin with {1}")
  @CsvSource({
    "0, a0",
    "31, bf",
    "32, d920",
    "255, d9ff",
    "256, da0100",
    "65535, daffff",
    "65536, db00010000"
  })
  void stringsByLength(int length, String head) {
    String value = "a".repeat(length);
    String hex = head + "61".repeat(length);

    assertThat(write(w -> w.writeString(value))).isEqualTo(hex);
    assertThat(read(hex, Kind.STRING).stringValue()).isEqualTo(value);
  }

  @Test
  void stringsAreUtf8() {
    assertThat(write(w -> w.writeString("é€😀"))).isEqualTo("a9c3a9e282acf09f9880");
    assertThat(read("a9c3a9e282acf09f9880", Kind.STRING).stringValue()).isEqualTo("é€😀");
    assertRefused(Reason.MALFORMED, () -> read("a2c328", Kind.STRING).stringValue());
  }

  @ParameterizedTest(name = "{0} bytes begin with {1}")
  @CsvSource({"0, c400", "2, c402", "255, c4ff", "256, c50100", "65535, c5ffff", "65536, c600010000"
  })
  void binaryByLength(int length, String head) {
    byte[] value = new byte[length];
    String hex = head + "00".repeat(length);

    assertThat(write(w -> w.writeBinary(value))).isEqualTo(hex);
    assertThat(read(hex, Kind.BINARY).content()).isEqualTo(Message.binary(value));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "c70000, ''",
    "c7010000, 00",
    "c702000102, 0102",
    "c708000000000000000000, 0000000000000000",
    "c800020001 02, 0102",
    "c900000002000102, 0102",
  })
  void theArrayBufferOfNotepack2IsBinary(String hex, String content) {
    assertThat(hex(read(hex, Kind.BINARY).content())).isEqualTo(content);
  }

  @ParameterizedTest(name = "{2}: {0}")
  @CsvSource({
    "d7000000018bcfe5687b,             2023-11-14T22:13:20.123Z,       notepack 2.2",
    "d700ffffffffffffffff,             1969-12-31T23:59:59.999Z,       notepack 2.2 before 1970",
    "d6ff6553f100,                     2023-11-14T22:13:20Z,           timestamp 32",
    "d6ffffffffff,                     2106-02-07T06:28:15Z,           timestamp 32 is unsigned",
    "d7ff1d5353006553f100,             2023-11-14T22:13:20.123Z,       timestamp 64",
    "c70cff3b8b87c0ffffffffffffffff,   1969-12-31T23:59:59.999Z,       timestamp 96 before 1970",
    "c70cff00000000000007dba8218000,   +275760-09-13T00:00:00Z,        timestamp 96 at the end of JavaScript",
    "c70cff00000000fffffff1886e0900,   0001-01-01T00:00:00Z,           timestamp 96 in the year 1",
  })
  void timestampsOfBothGenerations(String hex, Instant value, String name) {
    assertThat(read(hex, Kind.TIMESTAMP).instantValue()).isEqualTo(value);
  }

  @Test
  void timestampsAreWrittenAsTheClientsKnowThem() {
    Instant value = Instant.parse("2023-11-14T22:13:20.123456Z");

    assertThat(write(w -> w.writeTimestamp(value))).isEqualTo("d7000000018bcfe5687b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d7ffffffffff00000000",
        "c70cff3b9aca000000000000000000",
        "c70cff000000007fffffffffffffff"
      })
  void refusesTimestampsThatAreNone(String hex) {
    assertRefused(Reason.MALFORMED, () -> read(hex, Kind.TIMESTAMP).instantValue());
  }

  @ParameterizedTest
  @CsvSource({
    "d40507, 5, 07",
    "d5000102, 0, 0102",
    "d8ff000102030405060708090a0b0c0d0e0f, -1, 000102030405060708090a0b0c0d0e0f",
    "c703050a0b0c, 5, 0a0b0c",
    "c704ff00000000, -1, 00000000",
  })
  void otherExtensionsAreHandedOver(String hex, int type, String content) {
    MsgpackReader reader = read(hex, Kind.EXTENSION);

    assertThat(reader.extensionType()).isEqualTo(type);
    assertThat(hex(reader.content())).isEqualTo(content);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          90               | [ ]
          9201a161         | [ 1 a ]
          dc0002 01 02     | [ 1 2 ]
          dd00000001 c0    | [ NIL ]
          80               | { }
          81a16101         | { a: 1 }
          de0001a16190     | { a: [ ] }
          df00000001a16180 | { a: { } }
          93 9101 8101 90 02 | [ [ 1 ] { 1: [ ] } 2 ]
          """)
  void containersOpenAndEnd(String hex, String shown) {
    assertThat(show(new MsgpackReader(binary(hex), MAX_DEPTH))).isEqualTo(shown);
  }

  @ParameterizedTest(name = "{0} values begin with {1}")
  @CsvSource({"0, 90", "15, 9f", "16, dc0010", "65535, dcffff", "65536, dd00010000"})
  void arraysByLength(int size, String head) {
    String hex = head + "00".repeat(size);

    assertThat(write(w -> writeZeros(w, size))).isEqualTo(hex);
    assertThat(write(w -> writeZerosUncounted(w, size))).isEqualTo(hex);
    assertThat(read(hex, Kind.ARRAY).size()).isEqualTo(size);
  }

  @ParameterizedTest(name = "{0} pairs begin with {1}")
  @CsvSource({"0, 80", "15, 8f", "16, de0010", "65536, df00010000"})
  void mapsByLength(int size, String head) {
    MsgpackWriter writer = new MsgpackWriter();
    int start = writer.startMap();
    for (int i = 0; i < 2 * size; i++) {
      writer.writeLong(0);
    }
    writer.endMap(start, size);

    assertThat(hex(writer.toMessage())).isEqualTo(head + "0000".repeat(size));
  }

  @Test
  void uncountedContainersMayNest() {
    MsgpackWriter writer = new MsgpackWriter(1);
    int outer = writer.startArray();
    int inner = writer.startMap();
    writer.writeString("a");
    writeZerosUncounted(writer, 16);
    writer.endMap(inner, 1);
    writer.writeLong(7);
    writer.endArray(outer, 2);

    assertThat(hex(writer.toMessage())).isEqualTo("9281a161dc0010" + "00".repeat(16) + "07");
  }

  @Test
  void skipPassesOverOneWholeValue() {
    MsgpackReader reader =
        new MsgpackReader(binary("93 82 a161 9101 a162 80 a3616263 07"), MAX_DEPTH);

    reader.next();
    reader.skip();
    reader.skip();

    assertThat(reader.next()).isEqualTo(Kind.INTEGER);
    assertThat(reader.longValue()).isEqualTo(7);
    assertThatIllegalStateException().isThrownBy(reader::skip);
  }

  @Test
  void tellsKeysFromValues() {
    MsgpackReader reader = new MsgpackReader(binary("82 a161 9101 a162 02"), MAX_DEPTH);
    StringBuilder keys = new StringBuilder();

    do {
      reader.next();
      keys.append(reader.isKey() ? 'k' : '-');
    } while (reader.depth() > 0);

    assertThat(keys).hasToString("-k---k--");
    assertThat(reader.position()).isEqualTo(8);
    assertThat(reader.hasRemaining()).isFalse();
  }

  @Test
  void readsAViewOnly() {
    MsgpackReader reader = new MsgpackReader(Message.binary(bytes("ff 01 ff"), 1, 1), MAX_DEPTH);

    assertThat(reader.next()).isEqualTo(Kind.INTEGER);
    assertThat(reader.longValue()).isEqualTo(1);
    assertRefused(Reason.MALFORMED, reader::next);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c1",
        "cc",
        "cd00",
        "ce000000",
        "cf00000000000000",
        "d0",
        "ca000000",
        "cb00",
        "a3 6162",
        "d9",
        "d905 61",
        "db 7fffffff",
        "db ffffffff",
        "c6 ffffffff 00",
        "c4 05 00",
        "c7 05 00",
        "c7",
        "d4 00",
        "d7 00 00",
        "d8",
        "dd ffffffff",
        "dd 00000002 00",
        "9f",
        "8f 00",
        "df ffffffff",
        "df 80000000",
        "df 40000001 00 00",
        "dc 0001",
        "81 90 00",
        "81 80 00",
        "81 00"
      })
  void refusesDataThatEndsEarlyOrIsNoMessagePack(String hex) {
    assertRefused(Reason.MALFORMED, () -> {
      MsgpackReader reader = new MsgpackReader(binary(hex), MAX_DEPTH);
      reader.skip();
      reader.skip();
    });
  }

  @Test
  void boundsTheDepth() {
    show(new MsgpackReader(binary("91 91 91 91 01"), MAX_DEPTH));

    assertRefused(
        Reason.TOO_LARGE, () -> show(new MsgpackReader(binary("91 91 91 91 90"), MAX_DEPTH)));
    assertRefused(
        Reason.TOO_LARGE,
        () -> show(new MsgpackReader(binary("8101 8101 8101 8101 80"), MAX_DEPTH)));
  }

  private static String write(Consumer<MsgpackWriter> values) {
    MsgpackWriter writer = new MsgpackWriter(0);
    values.accept(writer);
    return hex(writer.toMessage());
  }

  private static MsgpackReader read(String hex, Kind expected) {
    MsgpackReader reader = new MsgpackReader(binary(hex), MAX_DEPTH);
    assertThat(reader.next()).isEqualTo(expected);
    return reader;
  }

  private static void writeZeros(MsgpackWriter writer, int count) {
    writer.writeArrayHeader(count);
    for (int i = 0; i < count; i++) {
      writer.writeLong(0);
    }
  }

  private static void writeZerosUncounted(MsgpackWriter writer, int count) {
    int start = writer.startArray();
    for (int i = 0; i < count; i++) {
      writer.writeLong(0);
    }
    writer.endArray(start, count);
  }

  /** The next value with all that is in it, tokens separated by spaces. */
  static String show(MsgpackReader reader) {
    StringBuilder shown = new StringBuilder();
    StringBuilder open = new StringBuilder();
    do {
      Kind kind = reader.next();
      boolean key = reader.isKey();
      switch (kind) {
        case ARRAY -> {
          shown.append('[');
          open.append(']');
        }
        case MAP -> {
          shown.append('{');
          open.append('}');
        }
        case END -> {
          shown.append(open.charAt(open.length() - 1));
          open.setLength(open.length() - 1);
        }
        case BOOLEAN -> shown.append(reader.booleanValue());
        case INTEGER, BIG_INTEGER -> shown.append(reader.bigIntegerValue());
        case FLOAT -> shown.append(reader.doubleValue());
        case STRING -> shown.append(reader.stringValue());
        case BINARY, EXTENSION ->
          shown.append(HexFormat.of().formatHex(reader.content().toBytes()));
        case TIMESTAMP -> shown.append(reader.instantValue());
        case NIL, UNDEFINED -> shown.append(kind);
      }
      shown.append(key ? ": " : " ");
    } while (reader.depth() > 0);
    return shown.toString().strip();
  }
}
