package dev.parley.test;

import dev.parley.Args;
import dev.parley.Call;
import dev.parley.Event;
import dev.parley.TransportType;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A client in one namespace, as a test sees it. Its packets are really written and read. Made by {@link ParleyTest}; for the
 * thread of the test only.
 *
 * <p>Events from the server wait in the order of their coming until the test takes them, with {@link #expect} or {@link
 * #received}.
 */
public final class TestClient {
  private final ClientConnection connection;
  private final String namespace;
  private final @Nullable Object auth;
  private final List<TestEvent> events = new ArrayList<>();
  private final Map<String, Function<Args, @Nullable Object>> askHandlers = new HashMap<>();
  private final Map<Long, CompletableFuture<Args>> acks = new HashMap<>();
  private long lastAckId = -1;
  private boolean joined;
  private @Nullable String id;
  private @Nullable Refusal refused;
  private @Nullable String endReason;

  /**
   * Why a client was not let in.
   *
   * @param data what the server gave as details, as plain values; or null
   */
  public record Refusal(@Nullable String message, @Nullable Object data) {}

  TestClient(ClientConnection connection, String namespace, @Nullable Object auth) {
    this.connection = connection;
    this.namespace = namespace;
    this.auth = auth;
  }

  public String namespace() {
    return namespace;
  }

  @Nullable
  Object auth() {
    return auth;
  }

  /** True from the server's CONNECT to the end of this socket. */
  public boolean connected() {
    connection.network().settle();
    return isConnected();
  }

  private boolean isConnected() {
    return joined && endReason == null;
  }

  /** The id that the server has told. @throws IllegalStateException if it has not, as with clients of revision 3 */
  public String id() {
    if (id == null) {
      throw new IllegalStateException("the server told " + this + " no id");
    }
    return id;
  }

  /** Why the server did not let this client in; null if it did. */
  public @Nullable Refusal refused() {
    connection.network().settle();
    return refused;
  }

  /** The transport in use now. */
  public TransportType transport() {
    connection.network().settle();
    return connection.engine().transport();
  }

  /**
   * Why this socket has ended, in the words of the official client, such as {@code io server disconnect}, {@code transport
   * close} or {@code io client disconnect}; null if it has not.
   */
  public @Nullable String ended() {
    connection.network().settle();
    return endReason;
  }

  /** Waits until this socket has ended, and says why. @throws AssertionError if it does not end */
  public String expectEnd() {
    await(() -> endReason != null);
    if (endReason == null) {
      throw new AssertionError(this + " was expected to end; " + came());
    }
    return endReason;
  }

  /** Sends an event. @param args anything that JSON can be made of, and {@code byte[]} anywhere in it */
  public void emit(String event, @Nullable Object... args) {
    sendEvent(event, args, Packet.NO_ACK);
  }

  public <T> void emit(Event<T> event, T payload) {
    emit(event.name(), payload);
  }

  /** The event {@code message}. */
  public void send(@Nullable Object... args) {
    emit("message", args);
  }

  /** Sends an event and waits for its acknowledgement. @throws AssertionError if none comes */
  public Args call(String event, @Nullable Object... args) {
    CompletableFuture<Args> ack = emitWithAck(event, args);
    await(ack::isDone);
    if (!ack.isDone() || ack.isCompletedExceptionally()) {
      throw new AssertionError(
          "no acknowledgement of \"" + event + "\" came to " + this + "; " + came());
    }
    return ack.join();
  }

  /** Sends an event and waits for its typed acknowledgement. @throws AssertionError if none comes */
  @SuppressWarnings("unchecked") // bound to the type that the call declares
  public <T, R> R call(Call<T, R> call, T payload) {
    TestEvent answer = (TestEvent) call(call.name(), (Object) payload);
    List<@Nullable Object> values = answer.toList();
    return (R)
        connection.payloads().bind(0, values.isEmpty() ? null : values.get(0), call.answer());
  }

  /** Sends an event and does not wait for its acknowledgement. @return fails if this socket ends before it comes */
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    CompletableFuture<Args> ack = new CompletableFuture<>();
    long ackId = ++lastAckId;
    acks.put(ackId, ack);
    sendEvent(event, args, ackId);
    return ack;
  }

  private void sendEvent(String event, @Nullable Object[] args, long ackId) {
    if (!isConnected()) {
      throw new IllegalStateException(this + " is not connected");
    }
    List<@Nullable Object> body = new ArrayList<>();
    body.add(event);
    body.addAll(Arrays.asList(args));
    connection.send(new Packet.Event(namespace, connection.payloads().write(body), ackId));
  }

  /** Events that came and were not taken yet, oldest first; takes them. */
  public List<TestEvent> received() {
    connection.network().settle();
    List<TestEvent> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  /** Events of this name that came and were not taken yet, oldest first; takes them and leaves others. */
  public List<TestEvent> received(String event) {
    connection.network().settle();
    List<TestEvent> taken =
        events.stream().filter(known -> known.name().equals(event)).toList();
    events.removeAll(taken);
    return taken;
  }

  /** Waits for an event of this name and takes the oldest. @throws AssertionError telling what came instead */
  public TestEvent expect(String event) {
    await(() -> find(event) != null || endReason != null);
    TestEvent found = find(event);
    if (found == null) {
      throw new AssertionError("\"" + event + "\" did not come to " + this + "; " + came());
    }
    events.remove(found);
    return found;
  }

  /** Waits for an event and takes its payload. @throws AssertionError telling what came instead */
  @SuppressWarnings("unchecked") // bound to the type that the event declares
  public <T> T expect(Event<T> event) {
    List<@Nullable Object> values = expect(event.name()).toList();
    return (T) connection.payloads().bind(0, values.isEmpty() ? null : values.get(0), event.type());
  }

  private @Nullable TestEvent find(String event) {
    for (TestEvent known : events) {
      if (known.name().equals(event)) {
        return known;
      }
    }
    return null;
  }

  /** Makes sure that no event waits to be taken. @throws AssertionError telling what came */
  public void expectNothing() {
    connection.network().settle();
    if (!events.isEmpty()) {
      throw new AssertionError("nothing was expected to come to " + this + "; " + came());
    }
  }

  /** Makes sure that no event of this name waits to be taken. @throws AssertionError telling what came */
  public void expectNothing(String event) {
    connection.network().settle();
    if (find(event) != null) {
      throw new AssertionError(
          "\"" + event + "\" was not expected to come to " + this + "; " + came());
    }
  }

  private String came() {
    String state = refused != null
        ? "it was refused with " + refused
        : endReason != null ? "it has ended: " + endReason : "it is connected";
    return state + "; " + (events.isEmpty() ? "no other event came" : "what came: " + events);
  }

  /**
   * Answers events of this name that the server wants acknowledged: with what the function returns, or with several values
   * if that is {@link Args}. They count as taken.
   */
  public TestClient onAsk(String event, Function<Args, @Nullable Object> answer) {
    askHandlers.put(event, answer);
    return this;
  }

  /** Leaves the namespace; the connection stays, for other namespaces. */
  public void disconnect() {
    if (isConnected()) {
      connection.send(new Packet.Disconnect(namespace));
      ended("io client disconnect");
    }
  }

  /** Closes the connection in good order, for all its namespaces: a tab is closed. */
  public void close() {
    connection.engine().close();
  }

  /** Breaks the connection: a cable is pulled. */
  public void kill() {
    connection.engine().kill();
  }

  /** Answers no ping any more, so that the server gives up in time: a machine falls asleep. */
  public void mute() {
    connection.engine().mute();
  }

  /** Stops or starts to take what the server sends, as a slow client would. */
  public void reading(boolean on) {
    connection.network().settle();
    connection.engine().reading(on);
  }

  /** The same connection in another namespace; joins it if it has not. */
  public TestClient of(String other) {
    return of(other, null);
  }

  /** Joins another namespace over the same connection. */
  public TestClient of(String other, @Nullable Object otherAuth) {
    return connection.add(other, otherAuth).awaitDecision();
  }

  /** Asks to join once more, after a refusal or an end; not after the connection has ended. */
  public TestClient rejoin() {
    if (isConnected()) {
      throw new IllegalStateException(this + " is connected");
    }
    joined = false;
    refused = null;
    endReason = null;
    connection.join(this);
    return awaitDecision();
  }

  TestClient awaitDecision() {
    await(() -> joined || refused != null || endReason != null);
    if (!joined && refused == null && endReason == null) {
      throw new AssertionError("the server did not answer " + this + ", which wants to join");
    }
    return this;
  }

  private void await(BooleanSupplier condition) {
    connection.network().runUntil(condition);
  }

  /** The id of the connection, which is a secret that it shares with the server. For tests of the transport's rules. */
  public String sid() {
    return connection.engine().sid();
  }

  /** Sends a text message as it is: a packet, or something that is none. */
  public void sendRaw(String message) {
    connection.sendRaw(Message.text(message));
  }

  /** Sends a binary message as it is. */
  public void sendRaw(byte[] message) {
    connection.sendRaw(Message.binary(message.clone()));
  }

  /** Every message of the connection that came since the last call, text as String and binary as byte[]. */
  public List<Object> rawReceived() {
    connection.network().settle();
    List<Object> messages = new ArrayList<>();
    for (Message message : connection.takeRaw()) {
      messages.add(message.isText() ? message.asString() : message.toBytes());
    }
    return messages;
  }

  void receive(Packet packet) {
    if (packet instanceof Packet.Connect connect) {
      joined = true;
      Object answer = connect.body() == null ? null : connection.payloads().read(connect.body());
      id = answer instanceof Map<?, ?> map ? (String) map.get("sid") : null;
    } else if (packet instanceof Packet.ConnectError error) {
      refused = refusal(connection.payloads().read(error.body()));
    } else if (packet instanceof Packet.Disconnect) {
      ended("io server disconnect");
    } else if (packet instanceof Packet.Event event) {
      receive(event);
    } else if (packet instanceof Packet.Ack ack) {
      CompletableFuture<Args> waiting = acks.remove(ack.ackId());
      if (waiting != null) {
        List<@Nullable Object> values = connection.payloads().readArray(ack.body());
        waiting.complete(new TestEvent("acknowledgement", values, connection.payloads(), null));
      }
    }
  }

  private static Refusal refusal(@Nullable Object body) {
    if (body instanceof String message) {
      return new Refusal(message, null);
    }
    return body instanceof Map<?, ?> map && map.get("message") instanceof String message
        ? new Refusal(message, map.get("data"))
        : new Refusal(null, body);
  }

  private void receive(Packet.Event packet) {
    List<@Nullable Object> values = connection.payloads().readArray(packet.body());
    String name = String.valueOf(values.remove(0));
    boolean asks = packet.ackId() != Packet.NO_ACK;
    TestEvent event = new TestEvent(
        name,
        values,
        connection.payloads(),
        asks ? answer -> answer(packet.ackId(), answer) : null);
    Function<Args, @Nullable Object> handler = asks ? askHandlers.get(name) : null;
    if (handler == null) {
      events.add(event);
      return;
    }
    Object answer = handler.apply(event);
    event.answer(answer instanceof Args args ? args.toList().toArray() : new Object[] {answer});
  }

  private void answer(long ackId, @Nullable Object[] values) {
    connection.send(
        new Packet.Ack(namespace, connection.payloads().write(Arrays.asList(values)), ackId));
  }

  void ended(String reason) {
    if (endReason == null) {
      endReason = reason;
      List<CompletableFuture<Args>> orphans = List.copyOf(acks.values());
      acks.clear();
      orphans.forEach(ack -> ack.completeExceptionally(new IllegalStateException(
          "the socket ended before the acknowledgement came: " + reason)));
    }
  }

  @Override
  public String toString() {
    return "the client" + (id == null ? "" : " " + id) + " in " + namespace;
  }
}
