package dev.parley.rabbitmq;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import dev.parley.cluster.Bus;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire to a RabbitMQ that is well. */
class RabbitBusTest {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final RabbitServer server = RabbitServer.shared();
  private final String name = "bus-" + NAMES.incrementAndGet();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private RabbitBus bus(Recorder recorder) {
    return bus(server.url(), recorder);
  }

  private RabbitBus bus(String url, Recorder recorder) {
    RabbitBus bus = new RabbitBus(URI.create(url), name + ".parley", Set.of(name));
    open.add(bus);
    bus.start(recorder);
    return bus;
  }

  private RabbitBus connected(Recorder recorder, String... channels) {
    RabbitBus bus = bus(recorder);
    for (String channel : channels) {
      get(bus.subscribe(channel).toCompletableFuture());
    }
    until("the connection", () -> recorder.connected);
    return bus;
  }

  private static void publish(Bus bus, String channel, String message) {
    get(bus.publish(channel, message.getBytes(StandardCharsets.UTF_8)).toCompletableFuture());
  }

  private Channel plainClient() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(server.port());
    Connection connection = factory.newConnection();
    open.add(connection);
    return connection.createChannel();
  }

  @Test
  void aBusHearsItsChannelsAndNoOthers() {
    Recorder here = new Recorder();
    Recorder there = new Recorder();
    RabbitBus sender = connected(here, "a");
    connected(there, "a", "b");

    publish(sender, "a", "1");
    publish(sender, "b", "2");
    publish(sender, "nobody's", "3");
    publish(sender, "b", "4");

    until("the last", () -> there.messages.contains("b 4"));
    assertThat(there.messages).containsExactly("a 1", "b 2", "b 4");
    until("its own", () -> here.messages.size() == 1);
    assertThat(here.messages).containsExactly("a 1");
  }

  @Test
  void afterUnsubscribingNothingComes() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder, "a", "b");

    bus.unsubscribe("a");

    until("it comes no more", () -> {
      recorder.messages.clear();
      publish(bus, "a", "1");
      publish(bus, "b", "2");
      until("the last", () -> recorder.messages.contains("b 2"));
      return !recorder.messages.contains("a 1");
    });
  }

  @Test
  void aCrowdThatLeavesIsUnboundInTheEnd() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder);
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(bus.subscribe("room " + i).toCompletableFuture());
    }
    get(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));

    for (int i = 0; i < 1000; i++) {
      bus.unsubscribe("room " + i);
    }
    get(bus.subscribe("a").toCompletableFuture());

    until("all have left", () -> bindings() == 1);
    publish(bus, "a", "1");
    until("it", () -> recorder.messages.contains("a 1"));
  }

  private long bindings() {
    return server
        .control("list_bindings", "source_name")
        .lines()
        .filter((name + ".parley")::equals)
        .count();
  }

  @Test
  void aChannelCanBeAskedForAgain() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder);

    for (int i = 0; i < 100; i++) {
      CompletableFuture<?> first = bus.subscribe("a").toCompletableFuture();
      bus.unsubscribe("a");
      until("an end", first::isDone);
    }
    get(bus.subscribe("a").toCompletableFuture());
    publish(bus, "a", "1");

    until("it comes once", () -> !recorder.messages.isEmpty());
    publish(bus, "a", "2");
    until("the last", () -> recorder.messages.contains("a 2"));
    assertThat(recorder.messages).containsExactly("a 1", "a 2");
  }

  @Test
  void namesThatAreTooLongForRoutingKeysWorkToo() {
    Recorder recorder = new Recorder();
    String longName = "漢".repeat(300);
    RabbitBus bus = connected(recorder, longName, longName + "!", "ä".repeat(127));

    publish(bus, longName, "1");
    publish(bus, longName + "!", "2");
    publish(bus, "ä".repeat(127), "3");
    publish(bus, longName + "?", "4");

    until("all", () -> recorder.messages.size() == 3);
    assertThat(recorder.messages)
        .containsExactly(longName + " 1", longName + "! 2", "ä".repeat(127) + " 3");
  }

  @Test
  void messagesOfOneThreadKeepTheirOrderAcrossChannels() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder, "a", "b", name);
    List<String> channels = List.of("a", "b", name);
    List<String> expected =
        IntStream.range(0, 30_000).mapToObj(i -> channels.get(i % 3) + " " + i).toList();

    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      byte[] message = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
      sent.add(bus.publish(channels.get(i % 3), message).toCompletableFuture());
    }
    get(CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)));

    until("all", () -> recorder.messages.size() == expected.size());
    assertThat(recorder.messages).isEqualTo(expected);
  }

  @Test
  void aNodeMayHaveTenThousandChannels() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder);
    long start = System.nanoTime();

    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      all.add(bus.subscribe("room " + i).toCompletableFuture());
    }
    get(CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)));

    System.out.println(
        "10,000 bindings took " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    publish(bus, "room 9999", "1");
    until("it", () -> recorder.messages.contains("room 9999 1"));
  }

  @Test
  void aFanoutIsDeclaredAndUsedAsKombuDoes() throws Exception {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder, name);
    Channel plain = plainClient();
    plain.exchangeDeclare(name, "fanout", false, false, null);
    String queue = plain.queueDeclare().getQueue();
    plain.queueBind(queue, name, "");
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    plain.basicConsume(queue, true, (tag, delivery) -> deliveries.add(delivery), tag -> {});

    publish(bus, name, "{\"method\":\"emit\"}");
    get(bus.publish(name, new byte[] {(byte) 0x80, 4}).toCompletableFuture());

    Delivery text = deliveries.poll(10, TimeUnit.SECONDS);
    assertThat(text.getEnvelope().getRoutingKey()).isEmpty();
    assertThat(text.getProperties().getContentType()).isEqualTo("text/plain");
    assertThat(text.getProperties().getContentEncoding()).isEqualTo("utf-8");
    assertThat(text.getProperties().getDeliveryMode()).isEqualTo(2);
    assertThat(text.getProperties().getPriority()).isZero();
    Delivery pickle = deliveries.poll(10, TimeUnit.SECONDS);
    assertThat(pickle.getProperties().getContentType()).isEqualTo("application/data");
    assertThat(pickle.getProperties().getContentEncoding()).isEqualTo("binary");
  }

  @Test
  void queuesAreExclusiveAndBoundedAndGoWithTheirBus() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder, "a");

    assertThat(queues()).hasSize(2).allSatisfy(line -> {
      assertThat(line).contains("parley.").contains("true\ttrue\tfalse").contains("x-max-length");
    });
    bus.close();

    until("the queues are gone", () -> queues().isEmpty());
  }

  private List<String> queues() {
    return server
        .control("list_queues", "name", "auto_delete", "exclusive", "durable", "arguments")
        .lines()
        .filter(line -> line.startsWith("parley."))
        .toList();
  }

  @Test
  void whoOnlyPublishesHasOneConnectionAndNoQueue() {
    Recorder recorder = new Recorder();
    RabbitBus bus = connected(recorder);

    publish(bus, "a", "1");

    assertThat(queues()).isEmpty();
    assertThat(server.control("list_connections", "client_properties").lines())
        .filteredOn(line -> line.contains("parley"))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("parley publisher"));
  }

  @Test
  void nobodyCountsSubscribers() {
    assertThat(get(connected(new Recorder()).subscribers("a").toCompletableFuture()))
        .isEqualTo(Bus.UNKNOWN);
  }

  @Test
  void anExchangeWithOtherSettingsIsReported() throws Exception {
    plainClient().exchangeDeclare(name, "topic", true);
    Recorder recorder = new Recorder();

    RabbitBus bus = bus(recorder);

    until("a reason", () -> !recorder.interruptions.isEmpty());
    assertThat(recorder.interruptions.get(0))
        .contains("the exchange \"" + name + "\" exists")
        .contains("PRECONDITION_FAILED")
        .contains("Delete it in RabbitMQ")
        .contains("\"channel\"");
    assertThat(bus.publish("a", new byte[1]).toCompletableFuture()).isCompletedExceptionally();
    plainClient().exchangeDelete(name);
    until("the connection", () -> recorder.connected);
  }

  @Test
  void aPasswordThatIsRefusedIsReportedAndNotPrinted() {
    Recorder recorder = new Recorder();

    bus("amqp://guest:s3cret@127.0.0.1:" + server.port(), recorder);

    until("a reason", () -> !recorder.interruptions.isEmpty());
    assertThat(recorder.interruptions.get(0)).contains("ACCESS_REFUSED").doesNotContain("s3cret");
  }

  @Test
  void usersAndVirtualHostsComeFromTheUrl() {
    server.control("add_vhost", "a/b");
    server.control("add_user", "ada", "s3cret@:/%");
    server.control("set_permissions", "-p", "a/b", "ada", ".*", ".*", ".*");
    Recorder recorder = new Recorder();
    Recorder elsewhere = new Recorder();

    RabbitBus bus =
        bus("amqp://ada:s3cret%40%3A%2F%25@127.0.0.1:" + server.port() + "/a%2fb", recorder);
    get(bus.subscribe("a").toCompletableFuture());
    connected(elsewhere, "a");
    publish(bus, "a", "1");

    until("it", () -> !recorder.messages.isEmpty());
    assertThat(elsewhere.messages).isEmpty();
  }

  @Test
  void aVirtualHostThatIsMissingIsReported() {
    Recorder recorder = new Recorder();

    bus(server.url() + "/nowhere", recorder);

    until("a reason", () -> !recorder.interruptions.isEmpty());
    assertThat(recorder.interruptions.get(0)).contains("NOT_ALLOWED").contains("nowhere");
  }

  @Test
  void aQueueThatOverflowsIsAnInterruption() {
    Recorder slow = new Recorder();
    Recorder fast = new Recorder();
    slow.gate = new CountDownLatch(1);
    connected(slow, "a");
    RabbitBus sender = connected(fast, "a");
    int count = 700;
    byte[] large = new byte[256 << 10];

    // What is prefetched, and then more than the queue holds.
    for (int i = 0; i < count; i++) {
      get(sender.publish("a", large).toCompletableFuture());
    }
    publish(sender, "a", "last");
    slow.gate.countDown();

    until("the last", () -> slow.messages.contains("a last"));
    until("all", () -> fast.messages.size() == count + 1);
    assertThat(fast.interruptions).isEmpty();
    until("a report", () -> !slow.interruptions.isEmpty());
    assertThat(slow.interruptions.get(0)).contains("slow").contains("dropped");
    assertThat(slow.messages.size()).isLessThanOrEqualTo(count);
    until("the connection", () -> slow.connected);
  }

  @Test
  void whatWasPublishedBeforeTheCloseIsThere() {
    Recorder recorder = new Recorder();
    connected(recorder, "a");
    Recorder own = new Recorder();
    RabbitBus bus = connected(own);

    for (int i = 0; i < 1000; i++) {
      bus.publish("a", ("" + i).getBytes(StandardCharsets.UTF_8));
    }
    bus.close();

    until("all", () -> recorder.messages.size() == 1000);
    assertThat(bus.publish("a", new byte[1]).toCompletableFuture()).isCompletedExceptionally();
    assertThatThrownBy(() -> get(bus.subscribe("b").toCompletableFuture()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(own.interruptions).isEmpty();
  }

  @Test
  void itsThreadsAreDaemonsAndEndWithIt() {
    RabbitBus bus = connected(new Recorder(), "a");

    assertThat(threads()).isNotEmpty().allMatch(Thread::isDaemon);
    bus.close();

    until("they end", () -> threads().isEmpty());
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("parley-rabbitmq")
            || thread.getName().startsWith("AMQP Connection"))
        .toList();
  }

  @Test
  void aWireKnowsItsOptions() {
    RabbitWireProvider provider = new RabbitWireProvider();
    URI url = URI.create("amqp://ada:s3cret@localhost");

    assertThat(provider
            .open(url, Map.of("channel", "x", "format", "parley"))
            .format()
            .name())
        .isEqualTo("parley");
    assertThatThrownBy(() -> provider.open(url, Map.of("format", "nothing")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"nothing\"")
        .hasMessageContaining("parley");
    assertThatThrownBy(() -> provider.open(url, Map.of("chanel", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("chanel");
    assertThatThrownBy(() -> provider.open(url, Map.of("channel", "")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> provider.open(URI.create("amqp://ada:s3cret@localhost/a/b"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("%2f")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(
            () -> provider.open(URI.create("amqp://ada:s3cret@localhost:99999"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("99999");
    provider.open(URI.create("amqp://my_rabbit:5672//"), Map.of());
    provider.open(URI.create("amqps://[::1]/%2f"), Map.of());
  }
}
