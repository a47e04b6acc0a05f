package dev.parley.redis;

import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StaticCredentialsProvider;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, as a URL tells. What it complains of never shows a user or a password.
 *
 * @param seeds one Redis; some nodes of a Redis cluster
 */
record RedisAddress(List<RedisURI> seeds, boolean cluster) {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_PORT = 65_535;
  private static final int SENTINEL_PORT = RedisURI.DEFAULT_SENTINEL_PORT;

  private enum Kind {
    ONE,
    SENTINEL,
    CLUSTER,
    SOCKET
  }

  private record Scheme(Kind kind, boolean tls) {}

  private record Host(String name, int port) {}

  private static final Map<String, Scheme> SCHEMES = schemes();

  private static Map<String, Scheme> schemes() {
    Map<String, Scheme> all = new TreeMap<>();
    for (String name : List.of("redis", "valkey")) {
      for (boolean tls : new boolean[] {false, true}) {
        String base = tls ? name + "s" : name;
        all.put(base, new Scheme(Kind.ONE, tls));
        all.put(base + "-sentinel", new Scheme(Kind.SENTINEL, tls));
        all.put(base + "+cluster", new Scheme(Kind.CLUSTER, tls));
      }
      all.put(name + "-socket", new Scheme(Kind.SOCKET, false));
    }
    all.put("unix", new Scheme(Kind.SOCKET, false));
    return Map.copyOf(all);
  }

  /** In lower case. */
  static Set<String> schemeNames() {
    return SCHEMES.keySet();
  }

  /**
   * What is asked of sentinels.
   *
   * @param master the name by which they know the master; null if it is the URL's fragment
   * @param user whom they want; null for their default user
   * @param password which they want; null for none
   */
  record Sentinels(
      @Nullable String master,
      @Nullable String user,
      @Nullable String password) {
    static final Sentinels PLAIN = new Sentinels(null, null, null);

    @Nullable
    RedisCredentialsProvider credentials() {
      if (password != null) {
        return new StaticCredentialsProvider(user, password.toCharArray());
      }
      if (user != null) {
        throw new IllegalArgumentException("sentinelUser needs a sentinelPassword");
      }
      return null;
    }

    @Override
    public String toString() {
      return "Sentinels[" + master + "]";
    }
  }

  static RedisAddress of(String url) {
    return of(url, false, Sentinels.PLAIN, SslVerifyMode.FULL);
  }

  /**
   * Reads a URL without a query.
   *
   * @param cluster whether the Redis is a node of a Redis cluster, whatever the scheme says
   * @param sentinels what they want, if the URL has sentinels
   * @param verify what is checked of a certificate
   */
  static RedisAddress of(String url, boolean cluster, Sentinels sentinels, SslVerifyMode verify) {
    int colon = url.indexOf(':');
    String name = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    Scheme scheme = SCHEMES.get(name);
    if (scheme == null || !url.startsWith("//", colon + 1)) {
      throw new IllegalArgumentException("the URL of Redis begins with \"" + name
          + ":\", allowed are " + new TreeMap<>(SCHEMES).keySet() + ", each with \"://\"");
    }
    String rest = url.substring(colon + 3);
    int hash = rest.indexOf('#');
    String fragment = hash < 0 ? null : decode(rest.substring(hash + 1));
    rest = hash < 0 ? rest : rest.substring(0, hash);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    int at = authority.lastIndexOf('@');
    String user = at < 0 ? "" : authority.substring(0, at);
    String hosts = authority.substring(at + 1);
    Parts parts = new Parts(user, scheme.tls, verify);
    boolean isCluster = cluster || scheme.kind == Kind.CLUSTER;
    if (cluster && (scheme.kind == Kind.SENTINEL || scheme.kind == Kind.SOCKET)) {
      throw new IllegalArgumentException(
          "cluster=true is allowed for redis: and rediss: only, not for " + name + ":");
    }
    if (scheme.kind != Kind.SENTINEL && !sentinels.equals(Sentinels.PLAIN)) {
      throw new IllegalArgumentException("master, sentinelUser and sentinelPassword are allowed for"
          + " redis-sentinel: and rediss-sentinel: only, not for " + name + ":");
    }
    return switch (scheme.kind) {
      case SOCKET -> new RedisAddress(List.of(parts.socket(hosts, path)), false);
      case SENTINEL ->
        new RedisAddress(
            List.of(parts.sentinel(hosts(hosts, SENTINEL_PORT), path, sentinels, fragment)), false);
      case ONE, CLUSTER -> {
        List<Host> all = hosts(hosts, RedisURI.DEFAULT_REDIS_PORT);
        if (!isCluster && all.size() > 1) {
          throw new IllegalArgumentException(all.size() + " hosts, one is allowed with " + name
              + ":; several with " + name + "+cluster: or " + name + "-sentinel:");
        }
        yield new RedisAddress(
            all.stream().map(host -> parts.host(host, isCluster ? "" : path)).toList(), isCluster);
      }
    };
  }

  private static List<Host> hosts(String text, int defaultPort) {
    List<Host> hosts = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      // The colons of an address of IPv6 stand within brackets.
      int colon = each.indexOf(':', Math.max(0, each.indexOf(']')));
      String host = colon < 0 ? each : each.substring(0, colon);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      hosts.add(new Host(
          host.isEmpty() ? "localhost" : host,
          colon < 0 ? defaultPort : number("port", each.substring(colon + 1), MAX_PORT)));
    }
    return hosts;
  }

  private static int number(String what, String text, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "the " + what + " of the Redis is no number from 0 to " + most);
  }

  /** Unlike in a query, a plus is a plus. */
  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a percent sign in the URL of Redis is not followed by two hex digits");
    }
  }

  /** What all hosts of a URL have in common. @param user {@code user:password}, {@code :password}, {@code password} or empty */
  private record Parts(String user, boolean tls, SslVerifyMode verify) {
    RedisURI host(Host host, String path) {
      return finish(RedisURI.Builder.redis(host.name, host.port), path);
    }

    RedisURI sentinel(
        List<Host> hosts, String path, Sentinels sentinels, @Nullable String fragment) {
      String master = sentinels.master != null ? sentinels.master : fragment;
      if (master == null || master.isEmpty()) {
        throw new IllegalArgumentException(
            "sentinels need the master's name: ?master=mymaster, or #mymaster at the end");
      }
      RedisURI.Builder builder =
          RedisURI.Builder.sentinel(hosts.get(0).name, hosts.get(0).port, master);
      hosts.stream().skip(1).forEach(host -> builder.withSentinel(host.name, host.port));
      RedisURI uri = finish(builder, path);
      RedisCredentialsProvider credentials = sentinels.credentials();
      if (credentials != null) {
        // They have users of their own; those of the URL are the master's.
        uri.getSentinels().forEach(each -> each.setCredentialsProvider(credentials));
      }
      return uri;
    }

    RedisURI socket(String before, String path) {
      if (!before.isEmpty()) {
        throw new IllegalArgumentException(
            "a socket's URL has three slashes: unix:///path/redis.sock");
      }
      return finish(RedisURI.Builder.socket("/" + decode(path)), "");
    }

    private RedisURI finish(RedisURI.Builder builder, String path) {
      builder.withTimeout(ANSWER_TIMEOUT).withClientName("parley");
      if (!path.isEmpty()) {
        builder.withDatabase(number("database", path, Integer.MAX_VALUE));
      }
      RedisCredentialsProvider credentials = credentials();
      if (credentials != null) {
        builder.withAuthentication(credentials);
      }
      RedisURI uri = builder.build();
      if (tls) {
        secure(uri);
        uri.getSentinels().forEach(this::secure);
      }
      return uri;
    }

    private void secure(RedisURI uri) {
      uri.setSsl(true);
      uri.setVerifyPeer(verify);
    }

    private @Nullable RedisCredentialsProvider credentials() {
      if (user.isEmpty()) {
        return null;
      }
      int colon = user.indexOf(':');
      String name = colon <= 0 ? null : decode(user.substring(0, colon));
      char[] password = decode(user.substring(colon + 1)).toCharArray();
      return new StaticCredentialsProvider(name, password);
    }
  }
}
