package dev.parley.test;

import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.protocol.engineio.Message;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Clients of a {@link MemoryHost}. */
final class MemoryNetwork implements ClientNetwork {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private final MemoryHost host;

  /** Ports of the clients' side. */
  private int lastPort = 40_000;

  MemoryNetwork(MemoryHost host) {
    this.host = host;
  }

  @Override
  public Peer open(String address) {
    return new MemoryPeer(address);
  }

  @Override
  public Runnable after(Duration delay, Runnable action) {
    return host.clock().schedule(() -> host.toClients(action), delay.toNanos());
  }

  @Override
  public boolean runUntil(BooleanSupplier condition) {
    return host.tasks().runUntil(condition);
  }

  @Override
  public void runSome(int tasks) {
    host.tasks().runSome(tasks);
  }

  @Override
  public void settle() {
    host.tasks().settle();
  }

  /** A kept-alive connection, used for one request at a time. */
  private final class Connection {
    private final MemoryLane lane;
    private final InetSocketAddress address;
    private boolean busy;

    private Connection(String address) {
      this.lane = host.nextLane();
      this.address = new InetSocketAddress(address, lastPort++);
    }
  }

  private final class MemoryPeer implements Peer {
    private final String address;
    private final List<Connection> connections = new ArrayList<>();

    MemoryPeer(String address) {
      this.address = address;
    }

    /** One that is free, or a new one if the host still accepts any. */
    private @Nullable Connection connection() {
      for (Connection known : connections) {
        if (!known.busy) {
          return known;
        }
      }
      if (!host.accepting()) {
        return null;
      }
      Connection connection = new Connection(address);
      connections.add(connection);
      return connection;
    }

    @Override
    public Request request(
        String method,
        String target,
        Headers headers,
        long contentLength,
        Consumer<TestReply> onReply) {
      return send(method, target, headers, contentLength, onReply, null);
    }

    @Override
    public Link webSocket(String target, Headers headers, LinkListener listener) {
      MemoryRequest request =
          send("GET", target, handshake(headers), 0, listener::onRefused, listener);
      return request;
    }

    private MemoryRequest send(
        String method,
        String target,
        Headers headers,
        long contentLength,
        Consumer<TestReply> onReply,
        @Nullable LinkListener listener) {
      Connection connection = connection();
      if (connection == null) {
        host.toClients(() -> onReply.accept(TestReply.CUT));
        return new MemoryRequest(null, null);
      }
      connection.busy = true;
      Headers complete = headers.has("Host") ? headers : headers.and("Host", "localhost");
      HttpRequest request =
          new HttpRequest(method, target, complete, connection.address, host.secure());
      Consumer<TestReply> free = reply -> {
        connection.busy = false;
        if (reply.cut()) {
          connections.remove(connection);
        }
        onReply.accept(reply);
      };
      MemoryExchange exchange =
          new MemoryExchange(host, connection.lane, request, contentLength, free, listener);
      MemoryRequest sent = new MemoryRequest(connection, exchange);
      sent.toLane(() -> host.receive(exchange));
      return sent;
    }
  }

  private static Headers handshake(Headers headers) {
    Headers all = headers;
    for (String[] field : new String[][] {
      {"Connection", "Upgrade"},
      {"Upgrade", "websocket"},
      {"Sec-WebSocket-Version", "13"},
      {"Sec-WebSocket-Key", KEY}
    }) {
      all = all.has(field[0]) ? all : all.and(field[0], field[1]);
    }
    return all;
  }

  /** The client's side of a request and of the WebSocket that may come of it. */
  private final class MemoryRequest implements Request, Link {
    private final @Nullable Connection connection;
    private final @Nullable MemoryExchange exchange;

    MemoryRequest(@Nullable Connection connection, @Nullable MemoryExchange exchange) {
      this.connection = connection;
      this.exchange = exchange;
    }

    void toLane(Runnable action) {
      if (connection != null && !host.isClosed()) {
        connection.lane.execute(action);
      }
    }

    private void toExchange(Consumer<MemoryExchange> action) {
      MemoryExchange known = exchange;
      if (known != null) {
        toLane(() -> action.accept(known));
      }
    }

    private void toLink(Consumer<MemoryLink> action) {
      toExchange(known -> {
        MemoryLink link = known.link();
        if (link != null) {
          action.accept(link);
        }
      });
    }

    @Override
    public void write(byte[] body) {
      byte[] copy = body.clone();
      toExchange(known -> known.bodyArrived(copy));
    }

    @Override
    public void end() {
      toExchange(MemoryExchange::bodyComplete);
    }

    @Override
    public void abort() {
      toExchange(MemoryExchange::clientGone);
    }

    @Override
    public void send(Message message) {
      toLink(link -> link.receive(message));
    }

    @Override
    public void close(int code, String reason) {
      toLink(link -> link.receiveClose(code));
    }

    @Override
    public void reading(boolean on) {
      toLink(link -> link.clientReads(on));
    }
  }
}
