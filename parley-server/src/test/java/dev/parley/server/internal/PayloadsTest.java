package dev.parley.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.Args;
import dev.parley.PayloadException;
import dev.parley.WireFormat;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Body;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class PayloadsTest {
  private static final int DEPTH = 20;

  private final Payloads json = payloads(WireFormat.JSON);

  private static Payloads payloads(WireFormat format) {
    return new Payloads(JsonMapper.shared(), format, DEPTH);
  }

  record Upload(String name, byte[] data, ByteBuffer more, List<byte[]> parts) {}

  record Order(int quantity, String note) {}

  @Test
  void writesAnEventAsAnArrayOfItsNameAndArguments() {
    assertThat(text(json.event("say", "hi", 7, true, null, new Order(1, null))))
        .isEqualTo("[\"say\",\"hi\",7,true,null,{\"quantity\":1,\"note\":null}]");
  }

  @Test
  void writesTimesAsIsoText() {
    assertThat(text(json.values(Instant.EPOCH))).isEqualTo("[\"1970-01-01T00:00:00Z\"]");
  }

  @Test
  void writesMsgpackDatesAndInfinitiesInJsonAsJavaScriptDoes() {
    byte[] data = HexFormat.of()
        .parseHex("93" + "d6ff00000000" + "cb7ff8000000000000" + "cbfff0000000000000");
    try (JsonParser parser = json.openMsgpack(Message.binary(data))) {
      parser.nextToken();
      assertThat(text(json.copy(parser))).isEqualTo("[\"1970-01-01T00:00:00.000Z\",null,null]");
    }
  }

  @Test
  void writesHalfASurrogatePairAsAnEscape() {
    Body body = json.event("e", "a\ud83d", Map.of("k", "\ude00"));
    assertThat(text(body)).isEqualTo("[\"e\",\"a\\uD83D\",{\"k\":\"\\uDE00\"}]");
    assertThat(json.<String>first(body, json.readerFor(String.class))).isEqualTo("a\ud83d");
  }

  @Test
  void putsBinaryAsideWhereverItStands() {
    Body body = json.event(
        "put",
        bytes(1),
        new Upload("a", bytes(2), ByteBuffer.wrap(bytes(3)), List.of(bytes(4))),
        Map.of("k", bytes(5)));
    assertThat(text(body))
        .isEqualTo(
            "[\"put\",{\"_placeholder\":true,\"num\":0},{\"name\":\"a\",\"data\":{\"_placeholder\":true,\"num\":1},"
                + "\"more\":{\"_placeholder\":true,\"num\":2},\"parts\":[{\"_placeholder\":true,\"num\":3}]},"
                + "{\"k\":{\"_placeholder\":true,\"num\":4}}]");
    assertThat(body.attachments())
        .containsExactly(bytes(1), bytes(2), bytes(3), bytes(4), bytes(5));
  }

  @Test
  void takesPayloadsForUtf8WhateverTheyLookLike() {
    byte[] utf16 = "[1,2]".getBytes(StandardCharsets.UTF_16LE);
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> ReceivedArgs.of(json, new Body(Message.text(utf16), List.of()), 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"num\":1}",
        "{\"num\":1,\"x\":[{\"num\":2}]}",
        "{\"num\":{\"num\":0.5},\"x\":1}",
        "{\"num\":99999999999999999999}",
        "{\"num\":[]}"
      })
  void findsPlaceholdersWhoseNumberComesFirst(String other) {
    Body body = new Body(
        Message.text("[\"e\",{\"k\":{\"num\":0,\"_placeholder\":true},\"other\":" + other + "}]"),
        List.of(bytes(7)));
    Map<String, Object> value = json.first(body, json.readerFor(Map.class));
    assertThat(value.get("k")).isEqualTo(bytes(7));
    assertThat(text(json.value(value.get("other")))).isEqualTo(other);
  }

  @Test
  void snapshotsBinaryWhenItIsWritten() {
    byte[] data = bytes(1);
    Body body = json.event("put", data);
    data[0] = 9;
    assertThat(body.attachments()).containsExactly(bytes(1));
  }

  @ParameterizedTest
  @EnumSource(WireFormat.class)
  void bindsWhatItWrote(WireFormat format) {
    Payloads payloads = payloads(format);
    Upload upload =
        new Upload("ü😀", bytes(2), ByteBuffer.wrap(bytes(3)), List.of(bytes(4), new byte[0]));
    Upload back = payloads.first(payloads.event("put", upload), payloads.readerFor(Upload.class));
    assertThat(back).usingRecursiveComparison().isEqualTo(upload);
  }

  @ParameterizedTest
  @EnumSource(WireFormat.class)
  void readsPlainValuesWithTheirNulls(WireFormat format) {
    Payloads payloads = payloads(format);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("none", null);
    map.put("big", 12345678901L);
    map.put("list", Arrays.asList(1, null, 2.5, "x", bytes(7)));
    ReceivedArgs args = ReceivedArgs.of(payloads, payloads.event("e", map, null, "last"), 1);
    assertThat(args.size()).isEqualTo(3);
    assertThat(args.toList())
        .usingRecursiveComparison()
        .isEqualTo(Arrays.asList(map, null, "last"));
    assertThat(args.get(2, String.class)).isEqualTo("last");
    assertThat(args.get(3, String.class)).isNull();
    assertThat(args.get(0, new TypeReference<Map<String, Object>>() {})).containsKey("none");
  }

  @Test
  void readsEachArgumentUpToItsEnd() {
    ReceivedArgs args =
        ReceivedArgs.of(json, Body.json("[\"e\", 1 ,2.5,true ,\",\" , [1, 2] ,null, 3\n]"), 1);
    assertThat(args.toList()).isEqualTo(Arrays.asList(1, 2.5, true, ",", List.of(1, 2), null, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[\"e\",5,true,null,-1.5]", " [ \"e\" , 5 , true , null , -1.5 ] "})
  void readsEachArgumentAlone(String text) {
    ReceivedArgs args = ReceivedArgs.of(json, Body.json(text), 1);
    assertThat(args.get(0, Integer.class)).isEqualTo(5);
    assertThat(args.get(3, Double.class)).isEqualTo(-1.5);
    assertThat(args.toList()).isEqualTo(Arrays.asList(5, true, null, -1.5));
  }

  @ParameterizedTest
  @EnumSource(WireFormat.class)
  void bindsNothingForAnEventWithoutArguments(WireFormat format) {
    Payloads payloads = payloads(format);
    assertThat(payloads.<String>first(payloads.event("e"), payloads.readerFor(String.class)))
        .isNull();
  }

  @Test
  void relaysReceivedArgumentsWithoutParsingThem() {
    ReceivedArgs args = ReceivedArgs.of(json, Body.json("[ \"in\" , {\"a\":1e2} ,[2] ]"), 1);
    assertThat(text(json.event("out", args))).isEqualTo("[\"out\",{\"a\":1e2} ,[2] ]");
    assertThat(text(json.values(args))).isEqualTo("[{\"a\":1e2} ,[2] ]");
  }

  @Test
  void relaysAnEventWithoutArguments() {
    ReceivedArgs args = ReceivedArgs.of(json, Body.json("[\"in\"]"), 1);
    assertThat(text(json.event("out\"]", args))).isEqualTo("[\"out\\\"]\"]");
    assertThat(text(json.values(args))).isEqualTo("[]");
  }

  @Test
  void relaysBinaryArguments() {
    Body in =
        new Body(Message.text("[\"in\",{\"_placeholder\":true,\"num\":0},1]"), List.of(bytes(8)));
    Body out = json.event("out", ReceivedArgs.of(json, in, 1));
    assertThat(text(out)).isEqualTo("[\"out\",{\"_placeholder\":true,\"num\":0},1]");
    assertThat(out.attachments()).containsExactly(bytes(8));
  }

  @Test
  void spreadsArgsIntoSeveralValues() {
    assertThat(text(json.values(Args.of("OK", 123)))).isEqualTo("[\"OK\",123]");
    assertThat(text(json.values(List.of("OK", 123)))).isEqualTo("[[\"OK\",123]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"e\",{\"a\":}]",
        "[\"e\",1",
        "[\"e\"] 1",
        "[\"e\",1]]",
        "[\"e\",NaN]",
        "[\"e\",\"\u0001\"]",
        "[\"e\",tru]",
        "[\"e\",{\"quantity\":1},{]",
        "[\"e\",{\"quantity\":1,}]",
        "[\"e\",'x']",
        "[\"e\",01]"
      })
  void refusesMalformedJsonWhereverItIs(String wire) {
    Body body = Body.json(wire);
    assertMalformed(() -> json.check(body));
    assertMalformed(() -> json.first(body, json.readerFor(Order.class)));
    assertMalformed(() -> ReceivedArgs.of(json, body, 1));
  }

  @Test
  void refusesNestingThatIsDeeperThanTheLimit() {
    Body body = Body.json("[\"e\"," + "[".repeat(200_000) + "]".repeat(200_000) + "]");
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> json.check(body))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ProtocolException.Reason.TOO_LARGE));
    assertMalformed(() -> json.first(body, json.readerFor(Object.class)));
  }

  @ParameterizedTest(name = "CVE-2022-2421: {0}")
  @ValueSource(
      strings = {
        "{\"_placeholder\":true,\"num\":1}",
        "{\"_placeholder\":true,\"num\":-1}",
        "{\"_placeholder\":true,\"num\":\"splice\"}",
        "{\"_placeholder\":true,\"num\":99999999999999999999}",
        "{\"_placeholder\":true,\"num\":0.5}",
        "{\"_placeholder\":true}",
        "{\"_placeholder\":true,\"num\":0,\"x\":1}",
        "{\"num\":1,\"_placeholder\":true}",
        "{\"num\":0,\"_placeholder\":1}"
      })
  void refusesPlaceholdersThatPointNowhere(String placeholder) {
    Body body = new Body(Message.text("[\"e\"," + placeholder + "]"), List.of(bytes(1)));
    assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> json.check(body));
  }

  @Test
  void refusesASecondPlaceForAnAttachment() {
    String place = "{\"_placeholder\":true,\"num\":0}";
    Body body = new Body(Message.text("[\"e\"," + place + "," + place + "]"), List.of(bytes(1)));
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> json.check(body))
        .withMessageContaining("a second time");
  }

  @Test
  void readsManyArgumentsBesideAnAttachmentInOnePass() {
    int count = 200_000;
    Body body = new Body(
        Message.text("[\"e\"" + ",null,{\"a\":[1]}".repeat(count / 2)
            + ",{\"_placeholder\":true,\"num\":0}]"),
        List.of(bytes(1)));
    List<Object> values = ReceivedArgs.of(json, body, 1).toList();
    assertThat(values).hasSize(count + 1).startsWith(null, Map.of("a", List.of(1)));
    assertThat(values.get(count)).isEqualTo(bytes(1));
  }

  @Test
  void tellsAWrongTypeFromMalformedJson() {
    Body body = Body.json("[\"e\",{\"quantity\":\"many\"}]");
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> json.first(body, json.readerFor(Order.class)))
        .withMessageContaining("Order")
        .withMessageNotContaining("many");
  }

  @Test
  void refusesToWriteWhatIsNoData() {
    Object self = Collections.singletonMap("stream", new Object() {
      @SuppressWarnings("unused")
      public int getBroken() {
        throw new IllegalStateException("broken");
      }
    });
    assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> json.event("e", self));
  }

  private static void assertMalformed(Runnable action) {
    assertThatExceptionOfType(ProtocolException.class).isThrownBy(action::run);
  }

  private static byte[] bytes(int value) {
    return new byte[] {(byte) value, 0, (byte) -value};
  }

  private static String text(Body body) {
    return body.raw().asString();
  }
}
