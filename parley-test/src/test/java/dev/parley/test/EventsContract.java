package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Args;
import dev.parley.Call;
import dev.parley.Event;
import dev.parley.Namespace;
import dev.parley.PayloadException;
import dev.parley.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;

/** Events and their payloads, and everything that may stand in an event's way. */
@OverEveryWay
public abstract class EventsContract extends ServerContract {
  record Point(int x, int y) {}

  record Photo(String name, byte[] image, List<byte[]> thumbnails, Map<String, byte[]> parts) {}

  private static final Event<Point> MOVED = Event.named("moved", Point.class);
  private static final Call<Point, Integer> SUM = Call.named("sum", Point.class, Integer.class);

  protected EventsContract(Bench.Starter starter) {
    super(starter);
  }

  @Test
  void bindsThePayloadToTheDeclaredType() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onCall("point", Point.class, (socket, point) -> point.x() - point.y());
      root.onCall(
          "points",
          new TypeReference<List<Point>>() {},
          (socket, points) -> points.get(1).x());
      root.onCall("text", String.class, (socket, text) -> text);
      root.onCall(SUM, (socket, point) -> point.x() + point.y());
      root.on(MOVED, (socket, point) -> socket.emit(MOVED, new Point(point.y(), point.x())));
    });
    TestClient client = connect();

    assertThat(client.call("point", new Point(5, 2)).get(0, Integer.class)).isEqualTo(3);
    assertThat(client.call("points", List.of(new Point(1, 1), new Point(7, 8))).toList())
        .containsExactly(7);
    assertThat(client.call("text", "ünï ☕ 🎉 \" \\ \u2028").toList())
        .containsExactly("ünï ☕ 🎉 \" \\ \u2028");
    assertThat(client.call(SUM, new Point(20, 22))).isEqualTo(42);
    client.emit(MOVED, new Point(1, 2));
    assertThat(client.expect(MOVED)).isEqualTo(new Point(2, 1));
  }

  @Test
  void keepsNullsAndTellsMissingArgumentsAsNull() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onCall("first", String.class, (socket, text) -> text == null ? "null" : text);
      root.onCall("echo", (Socket socket, Args args) -> args);
    });
    TestClient client = connect();

    assertThat(client.call("first").toList()).containsExactly("null");
    assertThat(client.call("first", (Object) null).toList()).containsExactly("null");
    Map<String, Object> holes = new LinkedHashMap<>();
    holes.put("a", null);
    holes.put("b", Arrays.asList(null, 1));
    assertThat(client.call("echo", null, holes, null).toList()).containsExactly(null, holes, null);
  }

  @Test
  void bringsAllArgumentsAndTheirNumber() {
    start(parley -> parley
        .of("/")
        .onCall(
            "args",
            (socket, args) -> Args.of(
                args.size(),
                args.get(1, Point.class).y(),
                args.get(2, String.class),
                args.get(9, String.class))));
    TestClient client = connect();

    assertThat(client.call("args", "a", new Point(1, 2), "c").toList())
        .containsExactly(3, 2, "c", null);
  }

  @Test
  void carriesBytesAnywhereInThePayload() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onCall("bytes", byte[].class, (socket, bytes) -> bytes.length);
      root.onCall("buffer", ByteBuffer.class, (socket, buffer) -> buffer.remaining());
      root.onCall("photo", Photo.class, (socket, photo) -> photo);
      root.onCall("echo", (Socket socket, Args args) -> args);
    });
    TestClient client = connect();
    byte[] image = {1, 2, 3};

    assertThat(client.call("bytes", image).toList()).containsExactly(3);
    assertThat(client.call("buffer", ByteBuffer.wrap(image)).toList()).containsExactly(3);
    Photo photo = new Photo("me", image, List.of(new byte[] {4}, new byte[0]), Map.of("a", image));
    Photo back = client.call("photo", photo).get(0, Photo.class);
    assertThat(back).usingRecursiveComparison().isEqualTo(photo);
    List<Object> echoed =
        client.call("echo", 1, image, Map.of("deep", List.of(image))).toList();
    assertThat(echoed.get(1)).isEqualTo(image);
    assertThat(((List<?>) ((Map<?, ?>) echoed.get(2)).get("deep")).get(0)).isEqualTo(image);
  }

  @Test
  void emitsEveryKindOfValue() {
    byte[] bytes = {9, 8};
    start(parley -> parley.of("/").on("go", (socket, none) -> {
      socket.emit("mixed", 1, "two", null, true, 2.5, new Point(3, 4), List.of(bytes));
      socket.emit("buffer", ByteBuffer.wrap(bytes));
      socket.emit("nothing");
      socket.send("hello");
    }));
    TestClient client = connect();

    client.emit("go");

    TestEvent mixed = client.expect("mixed");
    assertThat(mixed.toList().subList(0, 5)).containsExactly(1, "two", null, true, 2.5);
    assertThat(mixed.get(5, Point.class)).isEqualTo(new Point(3, 4));
    assertThat(mixed.get(6, new TypeReference<List<byte[]>>() {}).get(0)).isEqualTo(bytes);
    assertThat(client.expect("buffer").as(byte[].class)).isEqualTo(bytes);
    assertThat(client.expect("nothing").size()).isZero();
    assertThat(client.expect("message").toList()).containsExactly("hello");
  }

  @Test
  void writesArgumentsWhenTheyAreEmitted() {
    start(parley -> parley.of("/").on("go", (socket, none) -> {
      List<Integer> numbers = new ArrayList<>(List.of(1));
      socket.emit("numbers", numbers);
      numbers.add(2);
    }));
    TestClient client = connect();

    client.emit("go");

    assertThat(client.expect("numbers").toList()).containsExactly(List.of(1));
  }

  @Test
  void keepsTheOrderOfEventsAndAcknowledgements() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onCall("blocking", Integer.class, (socket, n) -> echo(socket, n));
      root.nonBlocking().onCall("direct", Integer.class, (socket, n) -> echo(socket, n));
    });
    TestClient client = connect();

    for (int i = 0; i < 50; i++) {
      client.emit(i % 3 == 0 ? "direct" : "blocking", i);
    }
    Args last = client.call("direct", 50);

    assertThat(last.toList()).containsExactly(50);
    assertThat(client.received())
        .extracting(event -> event.as(Integer.class))
        .containsExactlyElementsOf(IntStream.rangeClosed(0, 50).boxed().toList());
  }

  private static int echo(Socket socket, int n) {
    socket.emit("echo", n);
    return n;
  }

  @Test
  void handsEventsToHandlersThatTheConnectHandlerRegisters() {
    start(parley -> parley
        .of("/")
        .onConnect(socket -> socket.onCall("early", String.class, (s, text) -> "got " + text)));
    TestClient client = client().start("/", null);
    await("the open packet", () -> !client.sid().isEmpty());

    // Revision 3 joins unasked; there the server may still be busy with it.
    TestClient early = client.awaitDecision();
    assertThat(early.call("early", "bird").toList()).containsExactly("got bird");
  }

  @Test
  void prefersTheSocketsOwnHandlerToThatOfTheNamespace() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onCall("who", (Socket socket, Args args) -> "namespace");
      root.onCall("own", (Socket socket, Args args) -> {
        socket.onCall("who", (Socket s, Args a) -> "socket");
        return null;
      });
      root.onCall("off", (Socket socket, Args args) -> socket.off("who").id());
    });
    TestClient client = connect();

    assertThat(client.call("who").toList()).containsExactly("namespace");
    client.call("own");
    assertThat(client.call("who").toList()).containsExactly("socket");
    client.call("off");
    assertThat(client.call("who").toList()).containsExactly("namespace");
  }

  @Test
  void showsEveryEventToAnyListenersFirst() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onAny((socket, event, args) -> notes.add("any " + event + args.toList()));
      root.onConnect(socket -> socket.onAny((s, event, args) -> notes.add("own " + event)));
      root.on("say", String.class, (socket, text) -> notes.add("say " + text));
    });
    TestClient client = connect();

    client.emit("say", "x");
    client.emit("unknown", 1, 2);

    awaitNotes("any say[x]", "own say", "say x", "any unknown[1, 2]", "own unknown");
  }

  @Test
  void showsEveryOutgoingEventToItsListeners() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onAnyOutgoing((socket, event, args) -> notes.add(event + args.toList()));
      root.onCall("go", (Socket socket, Args args) -> {
        socket.emit("one", 1);
        socket.namespace().emit("all", "x");
        return "acknowledgements do not count";
      });
    });
    TestClient client = connect();

    client.call("go");

    awaitNotes("one[1]", "all[x]");
  }

  @Test
  void letsInterceptorsPassDropAndFailEvents() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onError((socket, event, error) -> "failed: " + error.getMessage());
      root.use((socket, event, args, next) -> {
        switch (event) {
          case "drop" -> notes.add("dropped");
          case "fail" -> throw new IllegalStateException("no");
          default -> {
            notes.add("before " + event);
            next.proceed();
            notes.add("after " + event);
          }
        }
      });
      root.onConnect(socket -> socket.use((s, event, args, next) -> {
        notes.add("own " + event);
        next.proceed();
      }));
      for (String event : List.of("drop", "fail", "pass")) {
        root.onCall(event, (Socket socket, Args args) -> notes.add("handled " + event));
      }
    });
    TestClient client = connect();

    client.emit("drop");
    assertThat(client.call("fail").toList()).containsExactly("failed: no");
    client.call("pass");

    await("the end of the interceptor", () -> notes.contains("after pass"));
    assertThat(notes)
        .containsExactly("dropped", "before pass", "own pass", "handled pass", "after pass");
  }

  @Test
  void handsEventsWithoutAHandlerToTheOneForAllOthers() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onUnhandled((socket, event, args) -> notes.add(event + args.toList()));
      root.on("known", (socket, args) -> notes.add("known"));
    });
    TestClient client = connect();

    client.emit("known", 1);
    client.emit("other", 2);

    awaitNotes("known", "other[2]");
  }

  @Test
  void tellsTheErrorHandlerWhatHandlersThrow() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.onError((socket, event, error) -> {
        notes.add(event + " " + error.getClass().getSimpleName());
        return event.equals("answered")
            ? Map.of("error", String.valueOf(error.getMessage()))
            : null;
      });
      root.onConnect(socket -> {
        throw new IllegalArgumentException("at connect");
      });
      root.on("broken", (socket, args) -> {
        throw new IOException("x");
      });
      root.onCall(
          "answered",
          (Socket socket, Args args) ->
              CompletableFuture.failedFuture(new IllegalStateException("later")));
      root.on("typed", Point.class, (socket, point) -> {});
    });
    TestClient client = connect();

    CompletableFuture<Args> none = client.emitWithAck("broken");
    client.emit("typed", "no point");
    Args answer = client.call("answered");

    assertThat(answer.toList()).containsExactly(Map.of("error", "later"));
    assertThat(none).isNotDone();
    assertThat(client.connected()).isTrue();
    awaitNotes(
        "connect IllegalArgumentException",
        "broken IOException",
        "typed " + PayloadException.class.getSimpleName(),
        "answered IllegalStateException");
  }

  @Test
  void refusesReservedNamesAndSecondHandlers() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.on("taken", (socket, args) -> {});
      assertThatThrownBy(() -> root.on("taken", String.class, (socket, text) -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("\"taken\"");
      assertThatThrownBy(() -> root.onUnhandled((s, e, a) -> {}).onUnhandled((s, e, a) -> {}))
          .isInstanceOf(IllegalStateException.class);
      for (String reserved : List.of(
          "connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener")) {
        assertThatThrownBy(() -> root.on(reserved, (socket, args) -> {}))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(reserved);
        assertThatThrownBy(() -> root.emit(reserved)).isInstanceOf(IllegalArgumentException.class);
      }
      root.off("taken").on("taken", (socket, args) -> notes.add("second"));
      root.on("error", (socket, args) -> notes.add("error is a name like any other"));
    });
    TestClient client = connect();

    client.emit("taken");
    client.emit("error");

    awaitNotes("second", "error is a name like any other");
  }

  record Unwritable(Object self) {
    public Object getLoop() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void tellsTheEmitterWhatCannotBeWritten() {
    start(parley -> {});
    TestClient client = connect();

    assertThatThrownBy(() -> server().of("/").emit("bad", new Unwritable("x")))
        .isInstanceOf(PayloadException.class);
    server().of("/").emit("good", 1);

    assertThat(client.expect("good").toList()).containsExactly(1);
    expectNothing(client);
  }

  @Test
  void carriesLargePayloads() {
    start(parley -> parley.of("/").onCall("echo", (Socket socket, Args args) -> args));
    TestClient client = connect();
    String text = "é".repeat(45_000);
    byte[] bytes = new byte[90_000];
    Arrays.fill(bytes, (byte) 7);

    List<Object> echoed = client.call("echo", text, bytes).toList();

    assertThat(echoed.get(0)).isEqualTo(text);
    assertThat(echoed.get(1)).isEqualTo(bytes);
  }
}
