package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.protocol.ProtocolException;
import dev.parley.server.adapter.Flags;
import dev.parley.server.adapter.Outbound;
import dev.parley.server.adapter.Selection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;

/** The fields and bytes of @socket.io/redis-streams-adapter 0.3.1, as they went through a Redis. */
class StreamsVectorsTest {
  private static final String STREAM = StreamFields.channelOf("socket.io");

  private final Format format = new StreamsFormat();

  private static byte[] entry(String uid, String namespace, String type, String data) {
    Map<String, byte[]> fields = new LinkedHashMap<>();
    fields.put("uid", utf8(uid));
    fields.put("nsp", utf8(namespace));
    fields.put("type", utf8(type));
    if (data != null) {
      fields.put("data", utf8(data));
    }
    return StreamFields.pack(fields);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What Node adds to a stream, we read, and add again as it was. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    event | / | 3 \
      | {"packet":{"type":2,"data":["news","tea",7,null,{"a":[true,1.5]}]},"opts":{"rooms":[],"except":[],"flags":{}}} \
      | emit [news, tea, 7, null, {a=[true, 1.5]}] to []
    binary event | / | 3 \
      | gqZwYWNrZXSCpHR5cGUCpGRhdGGSpGZpbGXEAwAB/6RvcHRzg6Vyb29tc5CmZXhjZXB0kKVmbGFnc4A= \
      | emit [file, 0x0001ff] to []
    event to a room | / | 3 \
      | {"packet":{"type":2,"data":["brew"]},"opts":{"rooms":["tea"],"except":["x"],"flags":{}}} \
      | emit [brew] to [tea] except [x]
    flags | / | 3 \
      | {"packet":{"type":2,"data":["brew"]},"opts":{"rooms":[],"except":[],"flags":{"compress":false}}} \
      | emit [brew] to [] uncompressed
    event of another namespace | /chat | 3 \
      | {"packet":{"type":2,"data":["brew"]},"opts":{"rooms":[],"except":[],"flags":{}}} \
      | emit [brew] to []
    join | / | 4 \
      | {"opts":{"rooms":["tea"],"except":[],"flags":{}},"rooms":["milk"]} \
      | join [milk] to [tea]
    leave | / | 5 \
      | {"opts":{"rooms":["tea"],"except":["e"],"flags":{}},"rooms":["milk"]} \
      | leave [milk] to [tea] except [e]
    disconnect | / | 6 \
      | {"opts":{"rooms":["tea"],"except":[],"flags":{}},"close":true} \
      | close to [tea]
    """)
  void anEntrySurvivesARoundTrip(
      String name, String namespace, String type, String data, String meaning) {
    byte[] entry = entry("adaadaadaadaada1", namespace, type, data);

    Format.Received received = format.decode(STREAM, entry, Meaning.BODIES);

    assertThat(Meaning.of(received)).isEqualTo("adaadaadaadaada1@" + namespace + " " + meaning);
    Format.Node node = new Format.Node(received.namespace(), received.from());
    Format.Frame frame = format.encode(node, received.message(), Meaning.BODIES);
    assertThat(new String(frame.message(), StandardCharsets.UTF_8))
        .isEqualTo(new String(entry, StandardCharsets.UTF_8));
    assertThat(frame.channel()).isEqualTo(STREAM);
  }

  /** What Node says on channels, we read, and say again as it was. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    fetch \
      | 84 a4'type 07 a4'data 82 a4'opts 83 a5'rooms 91 a3'tea a6'except 90 a5'flags 80 a9'requestId b0'd92cbb4230aeb60s a3'uid b0'adaadaadaadaada1 a3'nsp a1'/ \
      | fetch?d92cbb4230aeb60s to [tea]
    event for servers \
      | 84 a4'type 09 a4'data 81 a6'packet 93 a4'tick 01 c40101 a3'uid b0'adaadaadaadaada1 a3'nsp a1'/ \
      | servers [tick, 1, 0x01]
    question for servers \
      | 84 a4'type 09 a4'data 82 a9'requestId b0'84d4a701cfd94599 a6'packet 92 a4'load 01 a3'uid b0'adaadaadaadaada1 a3'nsp a1'/ \
      | servers?84d4a701cfd94599 [load, 1]
    question for clients \
      | 84 a4'type 03 a4'data 83 a6'packet 82 a4'type 02 a4'data 92 a3'how a3'now a9'requestId b0'44936ddc8f7d8534 a4'opts 83 a5'rooms 90 a6'except 90 a5'flags 82 a8'volatile c3 a7'timeout cd03e8 a3'uid b0'adaadaadaadaada1 a3'nsp a1'/ \
      | emit?44936ddc8f7d8534 [how, now] to [] volatile within 1000
    """)
  void aMessageToAllSurvivesARoundTrip(String name, String wire, String meaning) {
    Format.Frame frame = survives("socket.io#/#", wire, "adaadaadaadaada1@/ " + meaning);

    assertThat(frame.channel()).isEqualTo("socket.io#/#");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    nobody was fetched \
      | 84 a4'type 08 a4'data 82 a9'requestId b0'84d4a701cfd94599 a7'sockets 90 a3'uid b0'bobbobbobbobbob2 a3'nsp a1'/ \
      | sockets []
    answer of a server \
      | 84 a4'type 0a a4'data 82 a9'requestId b0'84d4a701cfd94599 a6'packet a1'v a3'uid b0'bobbobbobbobbob2 a3'nsp a1'/ \
      | [v]
    clients were asked \
      | 84 a4'type 0b a4'data 82 a9'requestId b0'84d4a701cfd94599 ab'clientCount 01 a3'uid b0'bobbobbobbobbob2 a3'nsp a1'/ \
      | 1 clients
    acknowledgement \
      | 84 a4'type 0c a4'data 82 a9'requestId b0'84d4a701cfd94599 a6'packet a4'fine a3'uid b0'bobbobbobbobbob2 a3'nsp a1'/ \
      | ack [fine]
    acknowledgement, nothing \
      | 84 a4'type 0c a4'data 82 a9'requestId b0'84d4a701cfd94599 a6'packet c0 a3'uid b0'bobbobbobbobbob2 a3'nsp a1'/ \
      | ack [null]
    """)
  void anAnswerSurvivesARoundTrip(String name, String wire, String meaning) {
    survives(
        "socket.io#/#adaadaadaadaada1#",
        wire,
        "bobbobbobbobbob2@/ answer to 84d4a701cfd94599: " + meaning);
  }

  private Format.Frame survives(String channel, String wire, String meaning) {
    Format.Received received = format.decode(channel, Bytes.of(wire), Meaning.BODIES);
    assertThat(Meaning.of(received)).isEqualTo(meaning);
    Format.Node node = new Format.Node(received.namespace(), received.from());
    Format.Frame frame = format.encode(node, received.message(), Meaning.BODIES);
    assertThat(Bytes.show(frame.message())).isEqualTo(Bytes.show(Bytes.of(wire)));
    return frame;
  }

  /** Node's emitter, and versions before 0.3, add to the stream what is said on channels since, and the other way round. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    emitter: event for servers | 9 | {"packet":["tick",1]}                  | emitter@/ servers [tick, 1]
    fetch                      | 7 | {"opts":{"rooms":[],"except":[]},"requestId":"r"} | emitter@/ fetch?r to []
    volatile event             | 3 \
      | {"packet":{"type":2,"data":["brew"]},"opts":{"rooms":[],"except":[],"flags":{"volatile":true}}} \
      | emitter@/ emit [brew] to [] volatile
    """)
  void anyTypeIsUnderstoodFromTheStream(String name, String type, String data, String meaning) {
    Format.Received received =
        format.decode(STREAM, entry("emitter", "/", type, data), Meaning.BODIES);

    assertThat(Meaning.of(received)).isEqualTo(meaning);
  }

  @Test
  void anEventIsUnderstoodFromAChannel() {
    byte[] wire = Bytes.of("84 a4'type 03 a4'data 82 a6'packet 82 a4'type 02 a4'data 91 a4'brew"
        + " a4'opts 82 a5'rooms 90 a6'except 90 a3'uid a7'emitter a3'nsp a1'/");

    assertThat(Meaning.of(format.decode("socket.io#/#", wire, Meaning.BODIES)))
        .isEqualTo("emitter@/ emit [brew] to []");
  }

  @Test
  void volatileEventsAreNotKept() {
    Format.Frame frame = format.encode(
        new Format.Node("/", "adaadaadaadaada1"),
        new ClusterMessage.Broadcast(
            null,
            new Outbound("brew", Meaning.BODIES.event("brew")),
            Selection.ALL,
            new Flags(false, true, true, null)),
        Meaning.BODIES);

    assertThat(frame.channel()).isEqualTo("socket.io#/#");
  }

  @Test
  void whatIsNoneOfOursIsPassedOver() {
    assertThat(format.decode(STREAM, StreamFields.pack(Map.of("other", utf8("x"))), Meaning.BODIES))
        .isNull();
    assertThat(format.decode(STREAM, entry("ada", "/", "1", null), Meaning.BODIES))
        .isNull();
    assertThat(format.decode(STREAM, entry("ada", "/", "99", "{}"), Meaning.BODIES))
        .isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    a type that is no number    | x  | {}
    data of neither kind        | 3  | !
    data that break off         | 3  | {"packet":
    an event without a packet   | 3  | {"opts":{}}
    a fetch without an id       | 7  | {"opts":{}}
    something after the data    | 6  | {"opts":{},"close":true}{}
    binary data of no kind      | 3  | wQ==
    """)
  void isRefused(String name, String type, String data) {
    assertThatThrownBy(() -> format.decode(STREAM, entry("ada", "/", type, data), Meaning.BODIES))
        .isInstanceOfAny(ProtocolException.class, JacksonException.class);
  }

  /** Node's hash of this namespace is negative, and so is its stream: -3. Nobody of Node reads that. */
  @Test
  void aNamespaceThatNodeLosesIsReadWhereNodeWritesAndWrittenWhereNodeReads() {
    Format four = new StreamsFormat("socket.io", 4, "socket.io");
    Format.Node lost = new Format.Node("/notifications", "ada");
    Format.Node fine = new Format.Node("/chat", "ada");

    assertThat(four.channels(lost))
        .contains(StreamFields.channelOf("socket.io-3"), StreamFields.channelOf("socket.io--3"));
    assertThat(four.encode(lost, join(), Meaning.BODIES).channel())
        .isEqualTo(StreamFields.channelOf("socket.io-3"));
    assertThat(four.channels(fine))
        .containsExactly(
            "socket.io#/chat#", "socket.io#/chat#ada#", StreamFields.channelOf("socket.io-3"));
    assertThat(four.encode(fine, join(), Meaning.BODIES).channel())
        .isEqualTo(StreamFields.channelOf("socket.io-3"));
  }

  private static ClusterMessage join() {
    return new ClusterMessage.SocketsJoin(Selection.ALL, java.util.Set.of("tea"));
  }

  @Test
  void noBytesMakeAReaderFailInAnotherWayThanItMay() {
    List<byte[]> vectors = List.of(
        entry("a", "/", "3", "{\"packet\":{\"type\":2,\"data\":[\"e\",{\"a\":[1]}]},\"opts\":{}}"),
        entry(
            "a",
            "/",
            "3",
            "gqZwYWNrZXSCpHR5cGUCpGRhdGGSpGZpbGXEAwAB/6RvcHRzg6Vyb29tc5CmZXhjZXB0kKVmbGFnc4A="),
        entry("a", "/", "6", "{\"opts\":{\"rooms\":[\"tea\"],\"except\":[]},\"close\":true}"),
        Bytes.of("84 a4'type 03 a4'data 83 a6'packet 82 a4'type 02 a4'data 92 a3'how a3'now"
            + " a9'requestId a1'r a4'opts 83 a5'rooms 90 a6'except 90 a5'flags 82 a8'volatile c3"
            + " a7'timeout cd03e8 a3'uid a1'a a3'nsp a1'/"));
    Mutations.of(vectors, new Random(11), 30_000, bytes -> {
      for (String channel : List.of(STREAM, "socket.io#/#")) {
        try {
          format.decode(channel, bytes, Meaning.BODIES);
        } catch (ProtocolException | JacksonException expected) {
          // So it shall be.
        } catch (RuntimeException e) {
          throw new AssertionError(channel + " " + Arrays.toString(bytes), e);
        }
      }
    });
  }
}
