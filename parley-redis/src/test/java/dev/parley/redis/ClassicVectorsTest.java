package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.ClusterMessage;
import dev.parley.cluster.Format;
import dev.parley.cluster.SocketSnapshot;
import dev.parley.protocol.ProtocolException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;

/** The bytes of @socket.io/redis-adapter 8.3 and @socket.io/redis-emitter 5.1, as they went through a Redis. */
class ClassicVectorsTest {
  private final Format format = new ClassicFormat();

  /** What Node writes, we read, and write again as it was. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    event | socket.io#/# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 95 a4'news a3'tea 07 c0 81 a1'a 92 c3 cb3ff8000000000000 a3'nsp a1'/ 83 a5'rooms 90 a6'except 90 a5'flags 80 \
      | ada-66@/ emit [news, tea, 7, null, {a=[true, 1.5]}] to []
    numbers of all sizes | socket.io#/# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 95 a3'odd ff cd012c ce00011170 cf0000010000000000 a3'nsp a1'/ 83 a5'rooms 90 a6'except 90 a5'flags 80 \
      | ada-66@/ emit [odd, -1, 300, 70000, 1099511627776] to []
    binary event | socket.io#/# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 92 a4'file c4030001ff a3'nsp a1'/ 83 a5'rooms 90 a6'except 90 a5'flags 80 \
      | ada-66@/ emit [file, 0x0001ff] to []
    event to one room | socket.io#/#tea# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a1'/ 83 a5'rooms 91 a3'tea a6'except 90 a5'flags 80 \
      | ada-66@/ emit [brew] to [tea]
    event to one room, with exceptions | socket.io#/#tea# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a1'/ 83 a5'rooms 91 a3'tea a6'except 91 a1'x a5'flags 80 \
      | ada-66@/ emit [brew] to [tea] except [x]
    flags | socket.io#/# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a1'/ 83 a5'rooms 90 a6'except 90 a5'flags 82 a8'volatile c3 a8'compress c2 \
      | ada-66@/ emit [brew] to [] volatile uncompressed
    event of another namespace | socket.io#/chat# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a5'/chat 83 a5'rooms 90 a6'except 90 a5'flags 80 \
      | ada-66@/chat emit [brew] to []
    join | socket.io-request#/# \
      | {"uid":"ada-66","type":2,"opts":{"rooms":["tea"],"except":[]},"rooms":["milk"]} \
      | ada-66@/ join [milk] to [tea]
    leave | socket.io-request#/# \
      | {"uid":"ada-66","type":3,"opts":{"rooms":["tea"],"except":["e"]},"rooms":["milk"]} \
      | ada-66@/ leave [milk] to [tea] except [e]
    disconnect | socket.io-request#/# \
      | {"uid":"ada-66","type":4,"opts":{"rooms":["tea"],"except":[]},"close":true} \
      | ada-66@/ close to [tea]
    fetch | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"uU8cPL","type":5,"opts":{"rooms":["tea"],"except":[]}} \
      | ada-66@/ fetch?uU8cPL to [tea]
    nobody was fetched | socket.io-response#/# \
      | {"requestId":"uU8cPL","sockets":[]} \
      | @/ answer to uU8cPL: sockets []
    event for servers | socket.io-request#/# \
      | {"uid":"ada-66","type":6,"data":["tick",1]} \
      | ada-66@/ servers [tick, 1]
    question for servers | socket.io-request#/chat# \
      | {"uid":"ada-66","requestId":"NqVpIf","type":6,"data":["load",1]} \
      | ada-66@/chat servers?NqVpIf [load, 1]
    answer of a server | socket.io-response#/# \
      | {"type":6,"requestId":"NqVpIf","data":"v"} \
      | @/ answer to NqVpIf: [v]
    answer of a server, nothing | socket.io-response#/# \
      | {"type":6,"requestId":"BUfBCR"} \
      | @/ answer to BUfBCR: []
    question for clients | socket.io-request#/# \
      | 85 a3'uid a6'ada-66 a9'requestId a6'zAkDCW a4'type 07 a6'packet 83 a4'type 02 a4'data 92 a3'how a3'now a3'nsp a1'/ a4'opts 83 a5'rooms 90 a6'except 90 a5'flags 82 a8'volatile c3 a7'timeout cd03e8 \
      | ada-66@/ emit?zAkDCW [how, now] to [] volatile within 1000
    clients were asked | socket.io-response#/# \
      | {"type":8,"requestId":"zAkDCW","clientCount":1} \
      | @/ answer to zAkDCW: 1 clients
    acknowledgement | socket.io-response#/# \
      | 83 a4'type 09 a9'requestId a6'zAkDCW a6'packet a4'fine \
      | @/ answer to zAkDCW: ack [fine]
    acknowledgement, nothing | socket.io-response#/# \
      | 82 a4'type 09 a9'requestId a6'FJMk3q \
      | @/ answer to FJMk3q: ack []
    acknowledgement, binary | socket.io-response#/# \
      | 83 a4'type 09 a9'requestId a6'zXTxyX a6'packet c40109 \
      | @/ answer to zXTxyX: ack [0x09]
    which rooms | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"P8uZr7","type":1} \
      | ada-66@/ rooms?P8uZr7
    rooms | socket.io-response#/# \
      | {"requestId":"P8uZr7","rooms":["tea"]} \
      | @/ answer to P8uZr7: rooms [tea]
    which sockets | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"rrrrrr","type":0,"rooms":["tea"]} \
      | ada-66@/ sockets?rrrrrr [tea]
    sockets | socket.io-response#/# \
      | {"requestId":"rrrrrr","sockets":["SOCKETIDSOCKETIDSOCK"]} \
      | @/ answer to rrrrrr: ids [SOCKETIDSOCKETIDSOCK]
    emitter: event for servers | socket.io-request#/# \
      | {"uid":"emitter","type":6,"data":["tick",1]} \
      | emitter@/ servers [tick, 1]
    """)
  void survivesARoundTrip(String name, String channel, String wire, String meaning) {
    Format.Received received = format.decode(channel, Bytes.of(wire), Meaning.BODIES);

    assertThat(Meaning.of(received)).isEqualTo(meaning);
    Format.Node node = new Format.Node(received.namespace(), received.from());
    Format.Frame frame = format.encode(node, received.message(), Meaning.BODIES);
    assertThat(Bytes.show(frame.message())).isEqualTo(Bytes.show(Bytes.of(wire)));
    assertThat(frame.channel()).isEqualTo(channel);
  }

  /** What we read, but write in another way, if at all. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    undefined, a date, an undefined field | socket.io#/# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 94 a3'odd c0 d6ff00000000 80 a3'nsp a1'/ 83 a5'rooms 90 a6'except 90 a5'flags 80 \
      | ada-66@/ emit [odd, null, 1970-01-01T00:00:00.000Z, {}] to []
    a room that is a number | socket.io#/#42# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a1'/ 83 a5'rooms 91 2a a6'except 90 a5'flags 80 \
      | ada-66@/ emit [brew] to [42]
    several rooms | socket.io#/# \
      | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a1'/ 83 a5'rooms 92 a3'tea a4'milk a6'except 91 a1'x a5'flags 80 \
      | ada-66@/ emit [brew] to [milk, tea] except [x]
    emitter: event | socket.io#/#tea# \
      | 93 a7'emitter 83 a4'type 02 a4'data 92 a4'brew 01 a3'nsp a1'/ 83 a5'rooms 91 a3'tea a5'flags 80 a6'except 90 \
      | emitter@/ emit [brew, 1] to [tea]
    emitter: flags | socket.io#/# \
      | 93 a7'emitter 83 a4'type 02 a4'data 92 a4'brew 01 a3'nsp a1'/ 83 a5'rooms 90 a5'flags 81 a8'volatile c3 a6'except 91 a1'x \
      | emitter@/ emit [brew, 1] to [] except [x] volatile
    emitter: binary event of another namespace | socket.io#/chat# \
      | 93 a7'emitter 83 a4'type 02 a4'data 92 a4'brew c40101 a3'nsp a5'/chat 83 a5'rooms 90 a5'flags 80 a6'except 90 \
      | emitter@/chat emit [brew, 0x01] to []
    emitter: join | socket.io-request#/# \
      | {"type":2,"opts":{"rooms":["tea"],"except":[]},"rooms":["milk"]} \
      | emitter@/ join [milk] to [tea]
    emitter: leave | socket.io-request#/# \
      | {"type":3,"opts":{"rooms":["tea"],"except":[]},"rooms":["milk"]} \
      | emitter@/ leave [milk] to [tea]
    emitter: disconnect | socket.io-request#/# \
      | {"type":4,"opts":{"rooms":[],"except":[]},"close":true} \
      | emitter@/ close to []
    an event without its namespace | socket.io#/# \
      | 93 a6'ada-66 82 a4'type 02 a4'data 91 a4'brew 81 a5'rooms 90 \
      | ada-66@/ emit [brew] to []
    sockets of all rooms | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"rrrrrr","type":0} \
      | ada-66@/ sockets?rrrrrr []
    old join | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"rrrrrr","type":2,"sid":"SOCKETID","room":"tea"} \
      | ada-66@/ join [tea] to [SOCKETID]
    old leave | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"rrrrrr","type":3,"sid":"SOCKETID","room":"tea"} \
      | ada-66@/ leave [tea] to [SOCKETID]
    old disconnect | socket.io-request#/# \
      | {"uid":"ada-66","requestId":"rrrrrr","type":4,"sid":"SOCKETID","close":false} \
      | ada-66@/ disconnect to [SOCKETID]
    fetched sockets, on the channel of one node | socket.io-response#/chat#ada-66# \
      | {"requestId":"uU8cPL","sockets":[{"id":"SOCKETID","handshake":{"headers":{"host":"x"},"time":"Sat Nov 21 2026 12:57:55 GMT+0000 (Coordinated Universal Time)","address":"::1","xdomain":false,"secure":false,"issued":1795265875838,"url":"/socket.io/?EIO=4","query":{"EIO":"4"},"auth":{}},"rooms":["SOCKETID","tea",42],"data":{"name":"Bob","bin":{"type":"Buffer","data":[1,2]}}}]} \
      | @/chat answer to uU8cPL: sockets [SOCKETID in [42, SOCKETID, tea] with {name=Bob, bin={type=Buffer, data=[1, 2]}} from ::1]
    clients were asked, on the channel of one node | socket.io-response#/#ada-66# \
      | {"type":8,"requestId":"zAkDCW","clientCount":1} \
      | @/ answer to zAkDCW: 1 clients
    """)
  void isUnderstood(String name, String channel, String wire, String meaning) {
    Format.Received received = format.decode(channel, Bytes.of(wire), Meaning.BODIES);

    assertThat(Meaning.of(received)).isEqualTo(meaning);
  }

  /** What is for nobody here, without being an error. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    the answer to an old join              | socket.io-response#/# | {"requestId":"rrrrrr"}
    a question of the future               | socket.io-request#/#  | {"uid":"ada-66","type":10}
    an answer in the place of a question   | socket.io-request#/#  | {"type":8,"requestId":"zAkDCW","clientCount":1}
    an event of a namespace elsewhere      | socket.io#/#          | 93 a6'ada-66 83 a4'type 02 a4'data 91 a4'brew a3'nsp a5'/chat 83 a5'rooms 90 a6'except 90 a5'flags 80
    a channel that is none of ours         | socket.ios#/#         | {"uid":"ada-66","type":1}
    """)
  void isPassedOver(String name, String channel, String wire) {
    assertThat(format.decode(channel, Bytes.of(wire), Meaning.BODIES)).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
    an event in JSON                  | socket.io#/#           | {"uid":"ada-66","type":1}
    an event without a name           | socket.io#/#           | 93 a6'ada-66 82 a4'type 02 a4'data 90 81 a5'rooms 90
    an event with a server's name     | socket.io#/#           | 93 a6'ada-66 82 a4'type 02 a4'data 91 aa'disconnect 81 a5'rooms 90
    an event without a packet         | socket.io#/#           | 93 a6'ada-66 c0 81 a5'rooms 90
    an event without options          | socket.io#/#           | 92 a6'ada-66 82 a4'type 02 a4'data 91 a4'brew
    an event that breaks off          | socket.io#/#           | 93 a6'ada-66 82 a4'type 02
    a disconnect of nobody            | socket.io-request#/#   | {"uid":"ada-66","type":4,"close":true}
    a disconnect without its options  | socket.io-request#/#   | {"uid":"ada-66","type":4,"opts":null,"close":true}
    a fetch without options           | socket.io-request#/#   | {"uid":"ada-66","type":5,"requestId":"r"}
    a fetch without an id             | socket.io-request#/#   | {"uid":"ada-66","type":5,"opts":{}}
    a question for clients without id | socket.io-request#/#   | {"uid":"ada-66","type":7,"packet":{"type":2,"data":["how"]},"opts":{}}
    an event for servers without name | socket.io-request#/#   | {"uid":"ada-66","type":6,"data":{}}
    two questions at once             | socket.io-request#/#   | {"uid":"ada-66","requestId":"r","type":1}{}
    an answer to nothing              | socket.io-response#/#  | {"sockets":[]}
    an answer of the future           | socket.io-response#/#  | {"type":10,"requestId":"r"}
    no number of clients              | socket.io-response#/#  | {"type":8,"requestId":"r"}
    """)
  void isRefused(String name, String channel, String wire) {
    assertThatThrownBy(() -> format.decode(channel, Bytes.of(wire), Meaning.BODIES))
        .isInstanceOfAny(ProtocolException.class, JacksonException.class);
  }

  /** Node would write them as JSON that nobody can tell from the user's own; it reads this. */
  @Test
  void binaryDataOfServersTravelAsMessagePack() {
    Format.Node node = new Format.Node("/", "ada-66");
    ClusterMessage.ServerSideEmit event =
        new ClusterMessage.ServerSideEmit(null, Meaning.BODIES.event("tick", 1, new byte[] {1}));

    Format.Frame frame = format.encode(node, event, Meaning.BODIES);

    assertThat(Bytes.show(frame.message()))
        .isEqualTo(
            Bytes.show(Bytes.of("83 a3'uid a6'ada-66 a4'type 06 a4'data 93 a4'tick 01 c40101")));
    Format.Received received = format.decode(frame.channel(), frame.message(), Meaning.BODIES);
    assertThat(Meaning.of(received)).isEqualTo("ada-66@/ servers [tick, 1, 0x01]");
  }

  @Test
  void answersOnTheAskersChannelIfSoChosenExceptThoseOfServers() {
    Format specific = new ClassicFormat("socket.io", true);
    Format.Node node = new Format.Node("/", "bob-66");

    assertThat(specific
            .encode(node, new ClusterMessage.ClientCount("ada-66", "r", 1), Meaning.BODIES)
            .channel())
        .isEqualTo("socket.io-response#/#ada-66#");
    assertThat(specific
            .encode(
                node,
                new ClusterMessage.ServerSideAnswer("ada-66", "r", Meaning.BODIES.values(1)),
                Meaning.BODIES)
            .channel())
        .isEqualTo("socket.io-response#/#");
  }

  @Test
  void acknowledgementsOfParleySayMoreThanNodesReaderNeeds() {
    Format.Node node = new Format.Node("/", "bob-66");
    ClusterMessage ack =
        new ClusterMessage.ClientAck("ada-66", "r", "SOCKETID", Meaning.BODIES.values(1, "two"));

    Format.Frame frame = format.encode(node, ack, Meaning.BODIES);

    assertThat(Meaning.of(format.decode(frame.channel(), frame.message(), Meaning.BODIES)))
        .isEqualTo("@/ answer to r: ack [1, two] of SOCKETID");
  }

  @Test
  void socketsAreDescribedAsNodeDoes() {
    Map<String, Object> handshake = new LinkedHashMap<>();
    handshake.put("headers", Map.of("host", "x"));
    handshake.put("address", "::1");
    SocketSnapshot socket =
        new SocketSnapshot("SOCKETID", handshake, Set.of("SOCKETID"), Map.of("name", "Bob"));

    Format.Frame frame = format.encode(
        new Format.Node("/", "bob-66"),
        new ClusterMessage.FetchedSockets("ada-66", "r", List.of(socket)),
        Meaning.BODIES);

    assertThat(Bytes.show(frame.message()))
        .isEqualTo(
            "{\"requestId\":\"r\",\"sockets\":[{\"id\":\"SOCKETID\",\"handshake\":{\"headers\":"
                + "{\"host\":\"x\"},\"address\":\"::1\"},\"rooms\":[\"SOCKETID\"],\"data\":{\"name\":\"Bob\"}}]}");
  }

  @Test
  void nodesSubscribeToWhatNodeSubscribesTo() {
    Format.Node node = new Format.Node("/chat", "ada-66");

    assertThat(format.channels(node))
        .containsExactly(
            "socket.io#/chat#",
            "socket.io-request#/chat#",
            "socket.io-response#/chat#",
            "socket.io-response#/chat#ada-66#");
    assertThat(format.roomChannel(node, "tea", false)).isEqualTo("socket.io#/chat#tea#");
    assertThat(format.memberChannel(node)).isEqualTo("socket.io-request#/chat#");
    assertThat(format.newNodeId()).matches("[A-Za-z0-9_-]{6}");
    assertThat(format.newRequestId()).matches("[A-Za-z0-9_-]{6}");
  }

  @Test
  void noBytesMakeAReaderFailInAnotherWayThanItMay() {
    List<String> vectors = List.of(
        "93 a6'ada-66 83 a4'type 02 a4'data 95 a4'news a3'tea 07 c0 81 a1'a 92 c3 cb3ff8000000000000 a3'nsp a1'/ 83 a5'rooms 91 a3'tea a6'except 90 a5'flags 82 a8'volatile c3 a7'timeout cd03e8",
        "85 a3'uid a6'ada-66 a9'requestId a6'zAkDCW a4'type 07 a6'packet 83 a4'type 02 a4'data 92 a3'how a3'now a3'nsp a1'/ a4'opts 83 a5'rooms 90 a6'except 90 a5'flags 82 a8'volatile c3 a7'timeout cd03e8",
        "83 a4'type 09 a9'requestId a6'zXTxyX a6'packet c40109",
        "{\"uid\":\"ada-66\",\"type\":2,\"opts\":{\"rooms\":[\"tea\"],\"except\":[]},\"rooms\":[\"milk\"],\"sid\":\"s\",\"room\":[1]}",
        "{\"uid\":\"ada-66\",\"requestId\":\"r\",\"type\":6,\"data\":[\"load\",1.5e3,{\"a\":[null,true]}]}",
        "{\"type\":8,\"requestId\":\"r\",\"clientCount\":1,\"sockets\":[\"a\",{\"id\":\"b\",\"rooms\":[1]}],\"rooms\":[]}");
    Mutations.of(vectors.stream().map(Bytes::of).toList(), new Random(7), 30_000, bytes -> {
      for (String channel :
          List.of("socket.io#/#", "socket.io-request#/#", "socket.io-response#/#")) {
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
