package dev.parley.cluster.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.WireFormat;
import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.protocol.ProtocolException;
import dev.parley.protocol.socketio.Body;
import dev.parley.server.adapter.Bodies;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import dev.parley.server.internal.Payloads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What stands on Python's channel, byte by byte; the conformance tests hold the same tables against the real one. */
class PythonWireTest {
  private static final String HOST = "0123456789abcdef0123456789abcdef";
  private static final String SID = "WYBaNrbc_XkZf4z7-AAB";
  private static final Format.Node NODE = new Format.Node("/", HOST);
  private static final Bodies JSON = bodies(WireFormat.JSON);
  private static final Bodies MSGPACK = bodies(WireFormat.MSGPACK);

  private static Bodies bodies(WireFormat format) {
    return new Payloads(JsonMapper.shared(), format, 1000);
  }

  private static String resource(String name) {
    try (InputStream in = PythonWireTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One row of the table that Python reads, too. */
  record Row(String name, PythonDialect dialect, Map<?, ?> fields) {
    byte[] wire() {
      String wire = (String) fields.get("wire");
      return dialect == PythonDialect.V5_13
          ? HexFormat.of().parseHex(wire)
          : wire.getBytes(StandardCharsets.UTF_8);
    }

    Object[] args() {
      return ((List<?>) fields.get("args"))
          .stream().map(PythonWireTest::withBytes).toArray();
    }

    Selection selection() {
      return new Selection(names("rooms"), names("except"));
    }

    private Set<String> names(String field) {
      Set<String> names = new TreeSet<>();
      ((List<?>) fields.get(field)).forEach(name -> names.add((String) name));
      return names;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return resource("to-python.jsonl").lines().map(line -> {
      Map<?, ?> fields = JsonMapper.shared().readValue(line, Map.class);
      PythonDialect dialect = PythonDialect.of((String) fields.get("dialect"));
      return new Row((String) fields.get("name"), dialect, fields);
    });
  }

  private static @Nullable Object withBytes(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      if (map.get("$bytes") instanceof String base64) {
        return Base64.getDecoder().decode(base64);
      }
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, each) -> copy.put((String) key, withBytes(each)));
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(each -> copy.add(withBytes(each)));
      return copy;
    }
    return value;
  }

  /** A value as JSON, in which bytes can be seen. */
  private static String shown(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return "bytes " + Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(PythonWireTest::shown).collect(Collectors.joining(",", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> "\"" + entry.getKey() + "\":" + shown(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return JsonMapper.shared().writeValueAsString(value);
  }

  private static ClusterMessage.Broadcast broadcast(
      Bodies bodies, Selection selection, @Nullable String requestId, Object... args) {
    return new ClusterMessage.Broadcast(
        requestId, new Outbound("e", bodies.event("e", args)), selection, Flags.DEFAULT);
  }

  private static ClusterMessage decoded(PythonFormat format, byte[] wire, Bodies bodies) {
    Format.Received received = format.decode("socketio", wire, bodies);
    assertThat(received).isNotNull();
    assertThat(received.namespace()).isEqualTo("/");
    return received.message();
  }

  private static String argsOf(ClusterMessage message, Bodies bodies) {
    Body body = ((ClusterMessage.Broadcast) message).event().body();
    assertThat(bodies.eventName(body)).isEqualTo("e");
    return shown(bodies.args(body, 1).toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void writesEvents(Row row) {
    PythonFormat format = new PythonFormat("socketio", row.dialect());

    for (Bodies bodies : List.of(JSON, MSGPACK)) {
      Format.Frame frame =
          format.encode(NODE, broadcast(bodies, row.selection(), null, row.args()), bodies);

      assertThat(frame.channel()).isEqualTo("socketio");
      assertThat(readable(frame.message())).isEqualTo(readable(row.wire()));
    }
  }

  private static String readable(byte[] wire) {
    return wire[0] == '{'
        ? new String(wire, StandardCharsets.UTF_8)
        : HexFormat.of().formatHex(wire);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void readsWhatItWrites(Row row) {
    PythonFormat format = new PythonFormat("socketio", row.dialect());

    for (Bodies bodies : List.of(JSON, MSGPACK)) {
      ClusterMessage message = decoded(format, row.wire(), bodies);

      assertThat(argsOf(message, bodies)).isEqualTo(shown(Arrays.asList(row.args())));
      assertThat(((ClusterMessage.Broadcast) message).selection()).isEqualTo(row.selection());
    }
  }

  static Stream<Arguments> goldenPickles() {
    return resource("from-python-5.7.2.txt").lines().map(line -> {
      String[] cells = line.split(" \\| ");
      return Arguments.of(cells[0], cells[1], cells[2]);
    });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldenPickles")
  void readsThePicklesOfTheRealOne(String name, String meaning, String hex) {
    byte[] wire = HexFormat.of().parseHex(hex);

    for (Bodies bodies : List.of(JSON, MSGPACK)) {
      Format.Received received = new PythonFormat().decode("socketio", wire, bodies);

      assertThat(received == null ? "none" : meaning(received.message(), bodies))
          .isEqualTo(meaning);
    }
  }

  private static String meaning(ClusterMessage message, Bodies bodies) {
    if (message instanceof ClusterMessage.Broadcast it) {
      String asks = it.requestId() == null ? "" : " asks " + it.requestId();
      return "emit e " + argsOf(it, bodies) + " to "
          + new TreeSet<>(it.selection().rooms()) + " except "
          + new TreeSet<>(it.selection().except()) + asks;
    }
    if (message instanceof ClusterMessage.SocketsJoin it) {
      return "join " + it.rooms() + " of " + it.selection().rooms();
    }
    if (message instanceof ClusterMessage.SocketsLeave it) {
      return "leave " + it.rooms() + " of " + it.selection().rooms();
    }
    if (message instanceof ClusterMessage.DisconnectSockets it) {
      return "disconnect " + it.selection().rooms() + (it.close() ? " and close" : "");
    }
    ClusterMessage.ClientAck it = (ClusterMessage.ClientAck) message;
    return "answers " + it.requestId() + " " + shown(bodies.args(it.values(), 0).toList()) + " of "
        + it.socketId();
  }

  /** python-socketio 5.15.1 and later write like this, spaces and all. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      an object | {"method": "emit", "event": "e", "data": [{"a": "\\u00e4"}], "binary": false, "namespace": "/", "room": null, "skip_sid": null, "callback": null, "host_id": "h"} | emit e [{"a":"ä"}] to [] except []
      several | {"method": "emit", "event": "e", "data": [1, "b"], "binary": false, "namespace": "/", "room": "r", "skip_sid": "s", "callback": null, "host_id": "h"} | emit e [1,"b"] to [r] except [s]
      none | {"method": "emit", "event": "e", "data": [null], "binary": false, "namespace": "/", "room": ["r1", "r2"], "skip_sid": ["a", "b"], "callback": null, "host_id": "h"} | emit e [] to [r1, r2] except [a, b]
      an empty tuple | {"method": "emit", "event": "e", "data": [], "binary": false, "namespace": "/", "room": null} | emit e [] to [] except []
      an empty tuple with space | {"method": "emit", "event": "e", "data": [ ], "namespace": "/"} | emit e [] to [] except []
      bytes | {"method": "emit", "event": "e", "data": [[{"_placeholder": true, "num": 0}], "AQI="], "binary": true, "namespace": "/", "room": null} | emit e [bytes AQI=] to [] except []
      bytes alone, of 5.14 | {"method": "emit", "event": "e", "data": [{"_placeholder": true, "num": 0}, "AQI="], "binary": true, "namespace": "/", "room": null} | emit e [bytes AQI=] to [] except []
      two bytes in any order | {"method": "emit", "event": "e", "data": [[{"b": {"_placeholder": true, "num": 1}}, {"_placeholder": true, "num": 0}], "AQ==", "Ag=="], "binary": true, "namespace": "/"} | emit e [{"b":bytes Ag==},bytes AQ==] to [] except []
      the least that an emitter may send | {"method":"emit","event":"e","data":"x","namespace":"/","room":"r"} | emit e ["x"] to [r] except []
      no numbers | {"method": "emit", "event": "e", "data": [NaN, {"NaN": [Infinity, -Infinity, "Infinity", -1]}], "namespace": "/"} | emit e [null,{"NaN":[null,null,"Infinity",-1]}] to [] except []
      no number alone | {"method": "emit", "event": "e", "data": NaN, "namespace": "/"} | emit e [] to [] except []
      asks | {"method": "emit", "event": "e", "data": [1], "binary": false, "namespace": "/", "room": "r", "skip_sid": null, "callback": ["r", "/", 3], "host_id": "h"} | emit e [1] to [r] except [] asks #3#r
      asks, and does not say who | {"method": "emit", "event": "e", "data": [1], "namespace": "/", "room": "r", "callback": ["r", "/", 3]} | emit e [1] to [r] except []
      in an order of its own | {"host_id": "h", "namespace": "/", "binary": true, "data": [[{"_placeholder": true, "num": 0}], "AQI="], "more": [{}], "event": "e", "method": "emit"} | emit e [bytes AQI=] to [] except []
      an answer to ours | {"method": "callback", "host_id": "h", "sid": "s", "namespace": "/", "id": "our id", "args": ["a", 1]} | answers our id ["a",1] of s
      disconnect | {"method": "disconnect", "sid": "s", "namespace": "/", "host_id": "h"} | disconnect [s]
      enter_room | {"method": "enter_room", "sid": "s", "room": "r", "namespace": "/", "host_id": "h"} | join [r] of [s]
      enter_room, a number | {"method": "enter_room", "sid": "s", "room": 7, "namespace": "/", "host_id": "h"} | join [7] of [s]
      leave_room | {"method": "leave_room", "sid": "s", "room": "r", "namespace": "/", "host_id": "h"} | leave [r] of [s]
      close_room | {"method": "close_room", "room": "r", "namespace": "/", "host_id": "h"} | leave [r] of [r]
      """)
  void readsTheJsonOfToday(String name, String wire, String meaning) {
    for (Bodies bodies : List.of(JSON, MSGPACK)) {
      ClusterMessage message =
          decoded(new PythonFormat(), wire.getBytes(StandardCharsets.UTF_8), bodies);

      assertThat(meaning(message, bodies)).isEqualTo(meaning);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      a list is one argument | {"method": "emit", "event": "e", "data": [1, 2], "namespace": "/"} | emit e [[1,2]] to [] except []
      an object | {"method": "emit", "event": "e", "data": {"a": 1}, "namespace": "/"} | emit e [{"a":1}] to [] except []
      a list with bytes | {"method": "emit", "event": "e", "binary": true, "data": [[{"_placeholder": true, "num": 0}], "AQI="], "namespace": "/"} | emit e [[bytes AQI=]] to [] except []
      nothing | {"method": "emit", "event": "e", "data": null, "namespace": "/"} | emit e [] to [] except []
      """)
  void readsTheJsonOf514IfItIsToldTo(String name, String wire, String meaning) {
    PythonFormat format = new PythonFormat("socketio", PythonDialect.V5_14);

    ClusterMessage message = decoded(format, wire.getBytes(StandardCharsets.UTF_8), JSON);

    assertThat(meaning(message, JSON)).isEqualTo(meaning);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      an answer | {"method": "callback", "host_id": "h", "sid": "s", "namespace": "/", "id": 4, "args": ["a"]}
      an unknown method | {"method": "invent", "namespace": "/"}
      to none of no rooms | {"method": "emit", "event": "e", "data": [1], "namespace": "/", "room": []}
      """)
  void leavesAloneWhatIsNotForParley(String name, String wire) {
    assertThat(new PythonFormat().decode("socketio", wire.getBytes(StandardCharsets.UTF_8), JSON))
        .isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      no namespace | {"method": "emit", "event": "e", "data": [1]}
      no method | {"namespace": "/"}
      no event | {"method": "emit", "data": [1], "namespace": "/"}
      no data | {"method": "emit", "event": "e", "namespace": "/"}
      a reserved event | {"method": "emit", "event": "disconnect", "data": [1], "namespace": "/"}
      an event that is an object | {"method": "emit", "event": {}, "data": [1], "namespace": "/"}
      a room that is an object | {"method": "emit", "event": "e", "data": [1], "namespace": "/", "room": {"a": 1}}
      rooms in rooms | {"method": "emit", "event": "e", "data": [1], "namespace": "/", "room": [["r"]]}
      a placeholder of nothing | {"method": "emit", "event": "e", "data": [[{"_placeholder": true, "num": 1}], "AQI="], "binary": true, "namespace": "/"}
      a negative placeholder | {"method": "emit", "event": "e", "data": [[{"_placeholder": true, "num": -1}], "AQI="], "binary": true, "namespace": "/"}
      base64 that is none | {"method": "emit", "event": "e", "data": [[{"_placeholder": true, "num": 0}], "?"], "binary": true, "namespace": "/"}
      an attachment that is no text | {"method": "emit", "event": "e", "data": [[{"_placeholder": true, "num": 0}], 7], "binary": true, "namespace": "/"}
      binary without anything | {"method": "emit", "event": "e", "data": [], "binary": true, "namespace": "/"}
      binary that is no list | {"method": "emit", "event": "e", "data": {}, "binary": true, "namespace": "/"}
      args that are no list | {"method": "callback", "host_id": "h", "sid": "s", "namespace": "/", "id": "i", "args": 7}
      a callback's room that is none | {"method": "emit", "event": "e", "data": [1], "namespace": "/", "callback": [{}, "/", 1], "host_id": "h"}
      a callback's id that is none | {"method": "emit", "event": "e", "data": [1], "namespace": "/", "callback": ["r", "/", 1.5], "host_id": "h"}
      no socket | {"method": "disconnect", "namespace": "/"}
      no room | {"method": "close_room", "namespace": "/"}
      something behind it | {"method": "close_room", "room": "r", "namespace": "/"} {}
      half a word | {"method": "emit", "event": "e", "data": [Inf], "namespace": "/"}
      a list said to be wrapped | {"method": "emit", "event": "e", "data": 1, "namespace": "/", "parley": {"wrapped": true}}
      """)
  void refusesWhatIsMalformed(String name, String wire) {
    for (Bodies bodies : List.of(JSON, MSGPACK)) {
      assertThatThrownBy(() ->
              new PythonFormat().decode("socketio", wire.getBytes(StandardCharsets.UTF_8), bodies))
          .isInstanceOfAny(ProtocolException.class, JacksonException.class);
    }
  }

  private static Selection only(String room) {
    return new Selection(Set.of(room), Set.of());
  }

  private static List<String> written(ClusterMessage message) {
    return new PythonFormat()
        .encodeAll(NODE, message, JSON).stream()
            .map(frame -> frame.channel() + " " + readable(frame.message()))
            .toList();
  }

  private static String tail(String fields) {
    return "socketio {" + fields.replace('\'', '"') + ",\"namespace\":\"/\",\"host_id\":\"" + HOST
        + "\"}";
  }

  @Test
  void oneSocketsRoomsAreOneMessageEach() {
    assertThat(written(new ClusterMessage.SocketsJoin(only(SID), Set.of("r"))))
        .containsExactly(tail("'method':'enter_room','sid':'" + SID + "','room':'r'"));
    assertThat(written(new ClusterMessage.SocketsLeave(only(SID), Set.of("r", "s"))))
        .containsExactlyInAnyOrder(
            tail("'method':'leave_room','sid':'" + SID + "','room':'r'"),
            tail("'method':'leave_room','sid':'" + SID + "','room':'s'"));
  }

  @Test
  void aRoomIsClosed() {
    assertThat(written(new ClusterMessage.SocketsLeave(only("r"), Set.of("r"))))
        .containsExactly(tail("'method':'close_room','room':'r'"));
  }

  @Test
  void oneSocketIsDisconnected() {
    assertThat(written(new ClusterMessage.DisconnectSockets(only(SID), false)))
        .containsExactly(tail("'method':'disconnect','sid':'" + SID + "'"));
  }

  @Test
  void whetherAConnectionIsClosedIsToldToParleyOnly() {
    var message = new ClusterMessage.DisconnectSockets(only(SID), true);
    byte[] wire = new PythonFormat().encode(NODE, message, JSON).message();

    assertThat(readable(wire)).endsWith("\"parley\":{\"close\":true}}");
    assertThat(decoded(new PythonFormat(), wire, JSON)).isEqualTo(message);
  }

  @ParameterizedTest
  @EnumSource(PythonDialect.class)
  void flagsAreToldToParleyOnly(PythonDialect dialect) {
    PythonFormat format = new PythonFormat("socketio", dialect);
    Flags flags = new Flags(false, true, false, Duration.ofMillis(700));
    var message =
        new ClusterMessage.Broadcast("id", new Outbound("e", JSON.event("e", 1)), only(SID), flags);

    ClusterMessage.Broadcast back = (ClusterMessage.Broadcast)
        decoded(format, format.encode(NODE, message, JSON).message(), JSON);

    assertThat(back.flags()).isEqualTo(flags);
  }

  @Test
  void whatPythonHasNoWordsForGoesBesideIt() {
    List<ClusterMessage> messages = List.of(
        new ClusterMessage.Heartbeat(true),
        new ClusterMessage.Leaving(),
        new ClusterMessage.FetchSockets("id", Selection.ALL),
        new ClusterMessage.ServerSideEmit(null, JSON.event("e")),
        broadcast(JSON, Selection.ALL, "id"),
        broadcast(JSON, only("a room"), "id"),
        new ClusterMessage.SocketsJoin(only("a room"), Set.of("r")),
        new ClusterMessage.SocketsLeave(only("a room"), Set.of("r")),
        new ClusterMessage.SocketsLeave(new Selection(Set.of("r"), Set.of(SID)), Set.of("r")),
        new ClusterMessage.DisconnectSockets(only("a room"), false));

    messages.forEach(message -> assertThat(written(message))
        .singleElement()
        .asString()
        .startsWith("socketio.parley#/# {\"type\":")
        .contains("\"uid\":\"" + HOST));
  }

  @Test
  void aSocketOfAnyNodeIsAskedByItsId() {
    PythonFormat format = new PythonFormat();
    ClusterMessage.Broadcast question = broadcast(JSON, only(SID), "our id", 1);

    Format.Frame asked = format.encode(NODE, question, JSON);
    ClusterMessage.Broadcast heard =
        (ClusterMessage.Broadcast) decoded(format, asked.message(), JSON);

    assertThat(format.acknowledgements(question)).isEqualTo(1);
    assertThat(format.acknowledgements(broadcast(JSON, only("a room"), "id"))).isEqualTo(-1);
    assertThat(readable(asked.message()))
        .contains("\"callback\":[\"" + SID + "\",\"/\",\"our id\"]");
    assertThat(format.countsClients(heard.requestId())).isFalse();
    assertThat(format.countsClients("our id")).isTrue();
    // A node of Parley answers beside Python's channel, where bytes may travel.
    Format.Frame answer = format.encode(
        new Format.Node("/", "other"),
        new ClusterMessage.ClientAck(HOST, heard.requestId(), SID, JSON.values("fine")),
        JSON);
    assertThat(answer.channel()).isEqualTo("socketio.parley#/#" + HOST + "#");
    assertThat(format.decode(answer.channel(), answer.message(), JSON).message())
        .isInstanceOfSatisfying(
            ClusterMessage.ClientAck.class, ack -> assertThat(ack.requestId()).isEqualTo("our id"));
  }

  @Test
  void aNodeOfPythonGetsItsOwnNumberBack() {
    PythonFormat format = new PythonFormat();
    String asks =
        "{\"method\":\"emit\",\"event\":\"e\",\"data\":1,\"namespace\":\"/\",\"room\":\"a #1# room\","
            + "\"callback\":[\"a #1# room\",\"/\",7],\"host_id\":\"h\"}";
    Format.Received question =
        format.decode("socketio", asks.getBytes(StandardCharsets.UTF_8), JSON);
    String id = ((ClusterMessage.Broadcast) question.message()).requestId();

    assertThat(format.countsClients(id)).isFalse();
    assertThat(written(new ClusterMessage.ClientAck(
            question.from(), id, SID, JSON.values("fine", new byte[] {1}))))
        .containsExactly(
            "socketio {\"method\":\"callback\",\"host_id\":\"h\",\"sid\":\"a #1# room\","
                + "\"namespace\":\"/\",\"id\":7,\"args\":[\"fine\",\"AQ==\"]}");
  }

  @Test
  void aPickledAnswerHoldsBytes() {
    PythonFormat format = new PythonFormat("socketio", PythonDialect.V5_13);

    byte[] wire = format
        .encode(
            NODE,
            new ClusterMessage.ClientAck("h", "#7#r", SID, JSON.values("fine", new byte[] {1})),
            JSON)
        .message();

    Map<?, ?> fields = (Map<?, ?>) PickleReader.read(wire);
    assertThat(fields.get("id")).isEqualTo(7L);
    assertThat(shown(fields.get("args"))).isEqualTo("[\"fine\",bytes AQ==]");
  }

  @Test
  void hostileIdsOfRequestsAreAnsweredSomehow() {
    for (String id : List.of("#", "#x#y", "#99999999999999999999#r", "=", "==", "")) {
      assertThat(written(new ClusterMessage.ClientAck("h", id, SID, JSON.values())))
          .hasSize(1);
    }
  }

  @Test
  void nodesAreNamedLikePythons() {
    assertThat(new PythonFormat().newNodeId()).matches("[0-9a-f]{32}");
  }

  @Test
  void anEnvelopeOfKombuIsWrittenAndRead() {
    KombuEnvelope format =
        new KombuEnvelope(new PythonFormat("flask-socketio", PythonDialect.ANY), 3);

    Format.Frame frame = format.encode(NODE, broadcast(JSON, Selection.ALL, null, "x"), JSON);

    assertThat(frame.channel()).isEqualTo("/3.flask-socketio");
    assertThat(readable(frame.message()))
        .matches(
            "\\{\"body\":\"[A-Za-z0-9+/=]+\",\"content-encoding\":\"utf-8\",\"content-type\":\"text/plain\","
                + "\"headers\":\\{},\"properties\":\\{\"delivery_mode\":2,\"delivery_info\":\\{\"exchange\":"
                + "\"flask-socketio\",\"routing_key\":\"\"},\"priority\":0,\"body_encoding\":\"base64\","
                + "\"delivery_tag\":\"[0-9a-f-]{36}\"}}");
    assertThat(argsOf(format.decode(frame.channel(), frame.message(), JSON).message(), JSON))
        .isEqualTo("[\"x\"]");
    assertThat(format.channels(NODE)).startsWith("/3.flask-socketio");
  }

  /** Kombu 5.2.4 with python-socketio 5.7.2. */
  @Test
  void anEnvelopeOfTheRealKombuIsRead() {
    String wire =
        "{\"body\": \"gASVNgAAAAAAAAB9lCiMBm1ldGhvZJSMCmNsb3NlX3Jvb22UjARyb29tlIwBcpSMCW5hbWVzcGFjZZSMAS+UdS4=\","
            + " \"content-encoding\": \"binary\", \"content-type\": \"application/data\", \"headers\": {},"
            + " \"properties\": {\"delivery_mode\": 2, \"delivery_info\": {\"exchange\": \"socketio\", \"routing_key\": \"\"},"
            + " \"priority\": 0, \"body_encoding\": \"base64\", \"delivery_tag\": \"aa4a6435-4484-44fe-aae1-c4340e137aac\"}}";

    Format.Received received = new KombuEnvelope(new PythonFormat(), 0)
        .decode("/0.socketio", wire.getBytes(StandardCharsets.UTF_8), JSON);

    assertThat(meaning(received.message(), JSON)).isEqualTo("leave [r] of [r]");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      {}
      {"body": "?", "properties": {"body_encoding": "base64"}}
      {"body": "e30=", "headers": {"compression": "application/x-gzip"}, "properties": {"body_encoding": "base64"}}
      {"body": {}, "properties": {}}
      {"body": "{}", "headers": 7}
      """)
  void refusesBrokenEnvelopes(String wire) {
    assertThatThrownBy(() -> new KombuEnvelope(new PythonFormat(), 0)
            .decode("/0.socketio", wire.getBytes(StandardCharsets.UTF_8), JSON))
        .isInstanceOfAny(ProtocolException.class, JacksonException.class);
  }

  @Test
  void namesOfDialects() {
    assertThat(PythonDialect.of("5.13")).isEqualTo(PythonDialect.V5_13);
    assertThatThrownBy(() -> PythonDialect.of("6"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("any, 5.13, 5.14 and 5.15");
  }
}
