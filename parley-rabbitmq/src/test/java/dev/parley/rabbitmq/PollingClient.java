package dev.parley.rabbitmq;

import static dev.parley.cluster.Eventually.until;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As little of a Socket.IO client as a test needs to talk to a server that is not ours. It keeps packets as they came. */
final class PollingClient implements AutoCloseable {
  private static final String SEPARATOR = "\u001e";
  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]+)\"");
  private static final int PATIENCE_MILLIS = 60_000;
  private static final Pattern ASKING = Pattern.compile("42(\\d+)(\\[.*)");

  final List<String> packets = new CopyOnWriteArrayList<>();

  private final String url;
  private final String id;
  private final Function<String, String> answers;
  private volatile boolean closed;

  /** @param answers gives an array for the array of an event that asks for one */
  PollingClient(int port, Function<String, String> answers) {
    String base = "http://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=polling";
    this.answers = answers;
    this.url = base + "&sid=" + sid(get(base));
    post("40");
    Thread poller = new Thread(this::poll, "polling-client");
    poller.setDaemon(true);
    poller.start();
    this.id = sid(await("the namespace", "40{"));
  }

  private static String sid(String packet) {
    Matcher matcher = SID.matcher(packet);
    if (!matcher.find()) {
      throw new AssertionError("no sid in " + packet);
    }
    return matcher.group(1);
  }

  /** That of the socket in the namespace {@code /}. */
  String id() {
    return id;
  }

  void post(String... packets) {
    byte[] body = String.join(SEPARATOR, packets).getBytes(StandardCharsets.UTF_8);
    exchange(url, connection -> {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body);
    });
  }

  private static String get(String from) {
    return exchange(from, connection -> {});
  }

  @FunctionalInterface
  private interface Request {
    void writeTo(HttpURLConnection connection) throws IOException;
  }

  /** On a connection of its own: Python's server closes each, and a client that keeps it finds that out too late. */
  private static String exchange(String url, Request request) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setRequestProperty("Connection", "close");
      request.writeTo(connection);
      try (InputStream body = connection.getInputStream()) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void poll() {
    while (!closed) {
      String body;
      try {
        body = get(url);
      } catch (AssertionError e) {
        return;
      }
      for (String packet : body.split(SEPARATOR)) {
        Matcher asking = ASKING.matcher(packet);
        if (packet.equals("2")) {
          post("3");
        } else if (packet.equals("1")) {
          return;
        } else if (asking.matches()) {
          post("43" + asking.group(1) + answers.apply(asking.group(2)));
        }
        packets.add(packet);
      }
    }
  }

  /** @return the first packet that begins so; taken */
  String await(String what, String beginning) {
    String[] found = new String[1];
    until(what, () -> {
      for (String packet : packets) {
        if (packet.startsWith(beginning)) {
          found[0] = packet;
          return packets.remove(packet);
        }
      }
      return false;
    });
    return found[0];
  }

  boolean received(String beginning) {
    return packets.stream().anyMatch(packet -> packet.startsWith(beginning));
  }

  @Override
  public void close() {
    closed = true;
    post("1");
  }
}
