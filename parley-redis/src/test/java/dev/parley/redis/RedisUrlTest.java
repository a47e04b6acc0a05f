package dev.parley.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.cluster.Cluster;
import dev.parley.cluster.Format;
import dev.parley.cluster.Wire;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What URLs mean, and what is said of those that mean nothing. */
class RedisUrlTest {
  private static RedisURI one(String url) {
    RedisAddress address = RedisAddress.of(url);
    assertThat(address.seeds()).hasSize(1);
    return address.seeds().get(0);
  }

  private static RedisCredentials credentials(String url) {
    return one(url).getCredentialsProvider().resolveCredentials().block();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://cache, cache, 6379, false, 0",
    "redis://, localhost, 6379, false, 0",
    "REDIS://cache:7/3, cache, 7, false, 3",
    "rediss://cache:7/, cache, 7, true, 0",
    "valkey://cache, cache, 6379, false, 0",
    "valkeys://10.0.0.1:1, 10.0.0.1, 1, true, 0",
    "redis://[::1]:7, ::1, 7, false, 0"
  })
  void oneRedis(String url, String host, int port, boolean tls, int database) {
    RedisURI uri = one(url);

    assertThat(uri.getHost()).isEqualTo(host);
    assertThat(uri.getPort()).isEqualTo(port);
    assertThat(uri.isSsl()).isEqualTo(tls);
    assertThat(uri.isVerifyPeer()).isTrue();
    assertThat(uri.getDatabase()).isEqualTo(database);
  }

  @ParameterizedTest
  @CsvSource({
    "redis://ada:tea@cache, ada, tea",
    "redis://:tea@cache, , tea",
    "redis://tea@cache, , tea",
    "redis://ada:p%40ss+w%3Ard%2F%25@cache, ada, p@ss+w:rd/%"
  })
  void whoAsks(String url, String user, String password) {
    RedisCredentials credentials = credentials(url);

    assertThat(credentials.getUsername()).isEqualTo(user);
    assertThat(new String(credentials.getPassword())).isEqualTo(password);
    assertThat(one(url).getHost()).isEqualTo("cache");
  }

  @Test
  void sentinels() {
    RedisURI uri = one("rediss-sentinel://:tea@a:1,b/2#mymaster");

    assertThat(uri.getSentinelMasterId()).isEqualTo("mymaster");
    assertThat(uri.getDatabase()).isEqualTo(2);
    assertThat(uri.getSentinels())
        .extracting(each -> each.getHost() + ":" + each.getPort() + " " + each.isSsl())
        .containsExactly("a:1 true", "b:26379 true");
  }

  @Test
  void sentinelsHaveAPasswordOfTheirOwn() {
    RedisAddress address = RedisAddress.of(
        "redis-sentinel://ada:tea@a,b",
        false,
        new RedisAddress.Sentinels("mymaster", "guard", "milk"),
        SslVerifyMode.FULL);

    RedisURI uri = address.seeds().get(0);
    assertThat(credentials(uri)).isEqualTo("ada tea");
    assertThat(uri.getSentinels()).extracting(RedisUrlTest::credentials).containsOnly("guard milk");
    assertThat(RedisAddress.of("redis-sentinel://ada:tea@a#m").seeds().get(0).getSentinels())
        .extracting(
            each -> each.getCredentialsProvider().resolveCredentials().block().hasUsername())
        .containsOnly(false);
  }

  private static String credentials(RedisURI uri) {
    RedisCredentials credentials =
        uri.getCredentialsProvider().resolveCredentials().block();
    return credentials.getUsername() + " " + String.valueOf(credentials.getPassword());
  }

  @Test
  void cluster() {
    RedisAddress address = RedisAddress.of("redis+cluster://a:1,b:2");

    assertThat(address.cluster()).isTrue();
    assertThat(address.seeds())
        .extracting(each -> each.getHost() + ":" + each.getPort())
        .containsExactly("a:1", "b:2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///run/a%20b.sock", "redis-socket:///run/a%20b.sock"})
  void sockets(String url) {
    assertThat(one(url).getSocket()).isEqualTo("/run/a b.sock");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          redis://ada:secret@cache:x              | port
          redis://ada:secret@cache:70000          | 65535
          redis://ada:secret@cache/db             | database
          redis://ada:secret@a,b                  | 2 hosts
          redis://ada:secret%zz@cache             | percent
          redis-sentinel://ada:secret@cache       | master
          unix://ada:secret@run/redis.sock        | three slashes
          http://ada:secret@cache                 | redis+cluster
          """)
  void whatCannotBeReadIsNamedWithoutThePassword(String url, String named) {
    assertThatThrownBy(() -> RedisAddress.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "format=xml, format, classic",
    "format=python&dialect=3, dialect, 5.15",
    "format=sharded&subscription=all, subscription, dynamic-private",
    "subscription=static, subscription, this format",
    "responses=mine, responses, specific",
    "format=streams&streams=0, streams, 1 to 1000",
    "format=streams&maxLength=some, maxLength, 1 to",
    "format=streams&channels=wide, channels, sharded",
    "streams=2, streams, this format",
    "colour=red, colour, no option",
    "cluster=yes, cluster, false",
    "verifyPeer=maybe, verifyPeer, none",
    "channel=a&prefix=b, prefix, one is allowed",
    "prefix=, prefix, empty",
    "master=mymaster, master, redis-sentinel",
    "sentinelPassword=secret, sentinelPassword, redis-sentinel"
  })
  void aWrongOptionIsNamedWithWhatIsAllowed(String query, String option, String allowed) {
    assertThatThrownBy(() -> Cluster.at("redis://ada:secret@cache?" + query))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option)
        .hasMessageContaining(allowed)
        .hasMessageNotContaining("secret");
  }

  @Test
  void theMastersNameMayStandBehindTheOptions() {
    assertThatCode(() -> Cluster.at("redis-sentinel://cache?format=sharded#mymaster"))
        .doesNotThrowAnyException();
  }

  @Test
  void theFormatsOfPythonUseItsChannel() {
    RedisWireProvider provider = new RedisWireProvider();
    Format.Node node = new Format.Node("/", "a");
    Wire python = provider.open(
        URI.create("redis://cache"), Map.of("format", "python", "channel", "flask-socketio"));
    Wire kombu = provider.open(URI.create("redis://cache/3"), Map.of("format", "kombu"));

    assertThat(python.format().channels(node)).contains("flask-socketio");
    assertThat(kombu.format().channels(node)).contains("/3.socketio");
  }

  @Test
  void theFormatIsTheClassicOneUnlessChosen() {
    RedisWireProvider provider = new RedisWireProvider();
    Wire classic = provider.open(URI.create("redis://cache"), Map.of());
    Wire sharded =
        provider.open(URI.create("redis://cache"), Map.of("format", "sharded", "channel", "mine"));

    assertThat(classic.format().name()).isEqualTo("classic");
    assertThat(sharded.format().name()).isEqualTo("sharded");
    assertThat(sharded.format().memberChannel(new Format.Node("/", "a"))).isEqualTo("mine#/#");
  }

  @Test
  void streamsHaveOptionsOfTheirOwn() {
    Map<String, String> options = Map.of(
        "format", "streams", "stream", "mine", "streams", "4", "maxLength", "500", "prefix", "p");

    Wire wire = new RedisWireProvider().open(URI.create("redis://cache"), options);

    assertThat(wire.bus()).isInstanceOf(RedisStreamsBus.class);
    assertThat(wire.format().channels(new Format.Node("/chat", "a")))
        .containsExactly("p#/chat#", "p#/chat#a#", StreamFields.channelOf("mine-3"));
  }
}
