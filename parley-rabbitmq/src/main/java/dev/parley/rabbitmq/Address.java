package dev.parley.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** What the URL of a broker says. Nothing here prints the password. */
final class Address {
  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;
  private static final int MAX_PORT = 65_535;

  /** Names of containers have underscores, which {@link URI#getHost} does not take. */
  private static final Pattern AUTHORITY = Pattern.compile(
      "(?:(?<user>[^:@]*)(?::(?<password>[^@]*))?@)?(?<host>\\[[0-9A-Fa-f:.]+]|[^:@\\[\\]]+)(?::(?<port>\\d{1,5}))?");

  private final boolean tls;
  private final String host;
  private final int port;
  private final String user;
  private final String password;
  private final String virtualHost;

  /** @throws IllegalArgumentException naming what is wrong, but not what may be a secret */
  Address(URI url) {
    tls = "amqps".equalsIgnoreCase(url.getScheme());
    if (url.isOpaque()) {
      throw new IllegalArgumentException("the URL of RabbitMQ needs two slashes: amqp://host");
    }
    String authority = url.getRawAuthority();
    Matcher parts = AUTHORITY.matcher(authority == null ? "localhost" : authority);
    if (!parts.matches()) {
      throw new IllegalArgumentException("the URL of RabbitMQ must be like amqp" + (tls ? "s" : "")
          + "://user:password@host:port/virtual-host");
    }
    host = parts.group("host");
    user = parts.group("user") == null ? "guest" : decode(parts.group("user"));
    password = parts.group("password") == null ? "guest" : decode(parts.group("password"));
    String number = parts.group("port");
    port = number == null ? tls ? TLS_PORT : PORT : Integer.parseInt(number);
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + ", 1 to " + MAX_PORT + " is allowed");
    }
    virtualHost = virtualHost(url.getRawPath());
  }

  /** Celery's and Kombu's users write the virtual host {@code /} as {@code //} or {@code /}, RabbitMQ's as {@code /%2f}. */
  private static String virtualHost(String path) {
    String name = path.isEmpty() ? "" : path.substring(1);
    if (name.isEmpty() || name.equals("/")) {
      return "/";
    }
    if (name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "the virtual host \"" + name + "\" holds a slash, which must be written as %2f in a URL");
    }
    return decode(name);
  }

  private static String decode(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  boolean tls() {
    return tls;
  }

  void applyTo(ConnectionFactory factory) {
    factory.setHost(host);
    factory.setPort(port);
    factory.setUsername(user);
    factory.setPassword(password);
    factory.setVirtualHost(virtualHost);
    if (tls) {
      try {
        // The client's own default trusts everybody.
        factory.useSslProtocol(SSLContext.getDefault());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this JVM has no TLS", e);
      }
    }
  }

  @Override
  public String toString() {
    return host + ":" + port + " " + virtualHost;
  }
}
