package dev.parley.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where RabbitMQ is, and by which names the channels of a bus go there. Thread-safe. */
final class Broker {
  static final System.Logger LOG = System.getLogger("dev.parley.rabbitmq");

  private static final int CONNECT_MILLIS = 1000;
  private static final int HANDSHAKE_MILLIS = 5000;
  private static final int ANSWER_MILLIS = 10_000;

  /** A connection with two of them missing is dead. */
  private static final int HEARTBEAT_SECONDS = 5;

  /** RabbitMQ lets no longer message pass, unless told to; what is too long for the cluster is refused there, and counted. */
  private static final int MAX_MESSAGE_BYTES = 128 << 20;

  /** As long as a routing key may be, in UTF-8. */
  private static final int MAX_KEY_BYTES = 255;

  private final ConnectionFactory factory;
  private final boolean tls;
  private final String exchange;
  private final Set<String> fanouts;

  /** Hands over what comes in, one message at a time. */
  private final ThreadPoolExecutor receiver;

  Broker(Address address, String exchange, Set<String> fanouts) {
    this.exchange = exchange;
    this.fanouts = Set.copyOf(fanouts);
    this.tls = address.tls();
    this.factory = new ConnectionFactory();
    address.applyTo(factory);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setHandshakeTimeout(HANDSHAKE_MILLIS);
    factory.setChannelRpcTimeout(ANSWER_MILLIS);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    factory.setMaxInboundMessageBodySize(MAX_MESSAGE_BYTES);
    factory.setThreadFactory(task -> thread(task, "parley-rabbitmq"));
    factory.setExceptionHandler(new Quiet());
    this.receiver = new ThreadPoolExecutor(
        0,
        1,
        1,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> thread(task, "parley-rabbitmq-receiver"),
        // A connection that is cut at the end still has news.
        new ThreadPoolExecutor.DiscardPolicy());
  }

  /** What fails tells its link, which logs it once. */
  private static final class Quiet extends ForgivingExceptionHandler {
    @Override
    protected void log(String message, Throwable error) {
      LOG.log(Level.DEBUG, message, error);
    }
  }

  Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** @param opening hears of the socket before it is connected */
  Connection connect(String purpose, Consumer<Socket> opening)
      throws IOException, TimeoutException {
    SocketConfigurators.Builder socket = SocketConfigurators.builder().defaultConfigurator();
    if (tls) {
      socket.enableHostnameVerification();
    }
    ConnectionFactory own = factory.clone();
    own.setSocketConfigurator(socket.add(opening::accept).build());
    return own.newConnection((ExecutorService) receiver, "parley " + purpose);
  }

  void close() {
    receiver.shutdownNow();
  }

  /** Creates what is not there yet. All of it stays until RabbitMQ stops, so that nobody publishes to what is gone. */
  void declareExchanges(Channel channel) throws IOException {
    declare(channel, exchange, BuiltinExchangeType.DIRECT);
    for (String fanout : fanouts) {
      declare(channel, fanout, BuiltinExchangeType.FANOUT);
    }
  }

  private static void declare(Channel channel, String name, BuiltinExchangeType type)
      throws IOException {
    try {
      channel.exchangeDeclare(name, type, false, false, null);
    } catch (IOException e) {
      if (e.getCause() instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Channel.Close close
          && close.getReplyCode() == AMQP.PRECONDITION_FAILED) {
        throw new Mismatch(
            "the exchange \"" + name + "\" exists, and is not " + type.getType()
                + ", not durable, not auto-delete, as it has to be: " + close.getReplyText()
                + ". Delete it in RabbitMQ, or choose another name with the option \"channel\"",
            e);
      }
      throw e;
    }
  }

  String exchange(String channel) {
    return fanouts.contains(channel) ? channel : exchange;
  }

  String routingKey(String channel) {
    if (fanouts.contains(channel)) {
      return "";
    }
    byte[] utf8 = channel.getBytes(StandardCharsets.UTF_8);
    return utf8.length <= MAX_KEY_BYTES ? channel : "sha256 " + sha256(utf8);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether others than Parley's nodes read this channel. */
  boolean isFanout(String exchange) {
    return fanouts.contains(exchange);
  }

  /** In words for the log; RabbitMQ's own, if it has said why. Never with a password. */
  static String reason(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && !(root instanceof Mismatch)) {
      root = root.getCause();
    }
    if (root instanceof EOFException) {
      return "the connection was closed";
    }
    if (root instanceof ShutdownSignalException signal) {
      String said = said(signal);
      return said == null ? "the connection was closed" : said;
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static @Nullable String said(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return signal.getReason() instanceof AMQP.Connection.Close close ? close.getReplyText() : null;
  }

  /** An exchange is there, but another one than is needed. */
  private static final class Mismatch extends IOException {
    @java.io.Serial
    private static final long serialVersionUID = 1;

    Mismatch(String message, IOException cause) {
      super(message, cause);
    }
  }
}
