package dev.parley.redis;

import dev.parley.cluster.Format;
import dev.parley.cluster.Format.Membership;
import dev.parley.cluster.Wire;
import dev.parley.cluster.WireProvider;
import dev.parley.cluster.format.KombuEnvelope;
import dev.parley.cluster.format.NodeFormat;
import dev.parley.cluster.format.NodeFormat.RoomChannels;
import dev.parley.cluster.format.PythonDialect;
import dev.parley.cluster.format.PythonFormat;
import io.lettuce.core.SslVerifyMode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes wires over Redis, and over what speaks as Redis does.
 *
 * <table>
 * <caption>The URLs</caption>
 * <tr><td>{@code redis://user:password@host:6379/0}, {@code rediss://}<td>one Redis, the second with TLS
 * <tr><td>{@code redis-sentinel://host,host:26379/0?master=mymaster}, {@code rediss-sentinel://}<td>the master that the
 * sentinels name, also after it changed
 * <tr><td>{@code redis+cluster://host:7000,host:7001}, {@code rediss+cluster://}, {@code redis://host?cluster=true}<td>a Redis
 * cluster of which these are some nodes
 * <tr><td>{@code unix:///run/redis.sock}, {@code redis-socket:///run/redis.sock}<td>a socket of the same machine; needs
 * Netty's native transport
 * </table>
 *
 * <p>{@code valkey} and {@code valkeys} may stand for {@code redis} and {@code rediss} everywhere. Special characters of the
 * user and the password are written with percent signs. What is published is heard in all databases; the number matters only
 * to formats that keep something.
 *
 * <p>The options, in the query:
 *
 * <ul>
 *   <li>{@code format}: how the nodes speak
 *       <ul>
 *         <li>{@code classic} (default): Node's Redis adapter and its emitter. It is what most clusters of Node speak, and needs
 *             nothing of Redis that the oldest does not have, or its kin
 *         <li>{@code sharded}: Node's sharded adapter, from Redis 7 on. The one to choose on a Redis cluster, where a classic
 *             message goes to all nodes of Redis
 *         <li>{@code streams}: Node's Streams adapter 0.3. The one to choose where a node that was cut off for a while shall miss
 *             nothing
 *         <li>{@code python}: python-socketio's {@code RedisManager}
 *         <li>{@code kombu}: python-socketio's {@code KombuManager} at a URL of Redis; the number of the database must be the
 *             same
 *       </ul>
 *   <li>{@code prefix}, also called {@code channel}: what the names of channels begin with; default is that of the format
 *   <li>{@code responses}, for {@code classic}: {@code common} (default) answers on the channel of all, {@code specific} on
 *       that of the asker; Node's {@code publishOnSpecificResponseChannel}
 *   <li>{@code subscription}, for {@code sharded}: {@code dynamic} (default), {@code dynamic-private} or {@code static}; must
 *       be the same on all nodes
 *   <li>for {@code streams}: {@code stream}, the name of the stream, or how the names of all begin (default {@code socket.io});
 *       {@code streams}, how many there are (1); {@code maxLength}, how many entries each keeps, about (10,000);
 *       {@code channels}: {@code classic} (default) or {@code sharded}, for what is not kept. All but {@code maxLength} must be
 *       the same on all nodes
 *   <li>{@code dialect}, for {@code python} and {@code kombu}: {@code any} (default), {@code 5.13}, {@code 5.14} or {@code
 *       5.15}, see {@link PythonDialect}
 *   <li>{@code master}: what sentinels call the master, if the URL does not end with it: {@code #mymaster}
 *   <li>{@code sentinelPassword}, {@code sentinelUser}: what the sentinels want, where they want any; the user and the password
 *       of the URL are the master's
 *   <li>{@code verifyPeer}: {@code full} (default), {@code ca} or {@code none}, of a certificate
 * </ul>
 */
public final class RedisWireProvider implements WireProvider {
  private static final String DEFAULT_FORMAT = "classic";
  private static final int MAX_STREAMS = 1000;

  /** Makes the wire of one format. */
  @FunctionalInterface
  private interface WireMaker {
    Wire open(RedisAddress address, Options options);
  }

  private static final Map<String, WireMaker> FORMATS = formats();

  private static Map<String, WireMaker> formats() {
    Map<String, WireMaker> formats = new LinkedHashMap<>();
    formats.put("classic", RedisWireProvider::classic);
    formats.put("sharded", RedisWireProvider::sharded);
    formats.put("streams", RedisWireProvider::streams);
    formats.put("python", RedisWireProvider::python);
    formats.put("kombu", RedisWireProvider::kombu);
    return formats;
  }

  private static Wire classic(RedisAddress address, Options options) {
    boolean specific =
        options.choose("responses", "common", Map.of("common", false, "specific", true));
    Format format = new ClassicFormat(options.prefix(ClassicFormat.DEFAULT_PREFIX), specific);
    return new Wire(new RedisBus(address, RedisBus.Mode.CLASSIC), format);
  }

  private static Wire sharded(RedisAddress address, Options options) {
    RoomChannels rooms = options.choose(
        "subscription",
        "dynamic",
        Map.of(
            "dynamic", RoomChannels.PUBLIC,
            "dynamic-private", RoomChannels.ALL,
            "static", RoomChannels.NONE));
    Format format =
        new NodeFormat("sharded", options.prefix("socket.io"), rooms, Membership.SUBSCRIBERS);
    return new Wire(new RedisBus(address, RedisBus.Mode.SHARDED), format);
  }

  private static Wire streams(RedisAddress address, Options options) {
    RedisBus.Mode mode = options.choose(
        "channels",
        "classic",
        Map.of("classic", RedisBus.Mode.CLASSIC, "sharded", RedisBus.Mode.SHARDED));
    long maxLength =
        options.number("maxLength", RedisStreamsBus.DEFAULT_MAX_LENGTH, 1, Integer.MAX_VALUE);
    int streams = (int) options.number("streams", 1, 1, MAX_STREAMS);
    String stream = options.take("stream", StreamsFormat.DEFAULT_STREAM);
    Format format =
        new StreamsFormat(stream, streams, options.prefix(StreamsFormat.DEFAULT_PREFIX));
    return new Wire(new RedisStreamsBus(address, mode, maxLength), format);
  }

  private static Wire python(RedisAddress address, Options options) {
    return new Wire(new RedisBus(address, RedisBus.Mode.CLASSIC), pythonFormat(options));
  }

  private static Wire kombu(RedisAddress address, Options options) {
    int database = address.seeds().get(0).getDatabase();
    Format format = new KombuEnvelope(pythonFormat(options), database);
    return new Wire(new RedisBus(address, RedisBus.Mode.CLASSIC), format);
  }

  private static PythonFormat pythonFormat(Options options) {
    Map<String, PythonDialect> dialects = Stream.of(PythonDialect.values())
        .collect(Collectors.toMap(PythonDialect::option, dialect -> dialect));
    PythonDialect dialect = options.choose("dialect", PythonDialect.ANY.option(), dialects);
    return new PythonFormat(options.prefix(PythonFormat.DEFAULT_CHANNEL), dialect);
  }

  @Override
  public Set<String> schemes() {
    return RedisAddress.schemeNames();
  }

  @Override
  public Wire open(URI url, Map<String, String> given) {
    Options options = new Options(given);
    WireMaker maker = options.choose("format", DEFAULT_FORMAT, FORMATS);
    boolean cluster = options.choose("cluster", "false", Map.of("true", true, "false", false));
    SslVerifyMode verify = options.choose(
        "verifyPeer",
        "full",
        Map.of("full", SslVerifyMode.FULL, "ca", SslVerifyMode.CA, "none", SslVerifyMode.NONE));
    RedisAddress.Sentinels sentinels = new RedisAddress.Sentinels(
        options.take("master"), options.take("sentinelUser"), options.take("sentinelPassword"));
    RedisAddress address = RedisAddress.of(url.toString(), cluster, sentinels, verify);
    Wire wire = maker.open(address, options);
    options.finish();
    return wire;
  }
}
