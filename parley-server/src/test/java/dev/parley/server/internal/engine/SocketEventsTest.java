package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import dev.parley.RoomListener;
import dev.parley.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Events, acknowledgements and ends of sockets, where one of the two sides does what it should not. */
class SocketEventsTest {
  private final SocketScene scene = new SocketScene();
  private final Namespace main = scene.server.of("/");
  private final List<Object> heard = new ArrayList<>();

  /** A value that Jackson fails on. */
  public static final class Unwritable {
    public String getName() {
      throw new IllegalStateException("unwritable");
    }
  }

  private Socket socket() {
    return main.sockets().findFirst().orElseThrow();
  }

  @Test
  void anEventThatComesBeforeItsHandlerIsRegisteredOnConnectIsHandled() {
    main.onConnect(socket -> socket.on("say", String.class, (from, text) -> heard.add(text)));
    FakeLink link = scene.open("EIO=4");
    link.text("40");
    link.text("42[\"say\",\"early\"]");
    scene.runHandlers();
    assertThat(heard).containsExactly("early");
  }

  @Test
  void anEventOnItsWayToASocketThatTheServerSendsAwayIsNoOffence() {
    FakeLink link = scene.join("/");
    main.onRoom(new RoomListener() {
      @Override
      public void onLeave(String room, String socketId) {
        // The lane goes on while another thread ends the socket.
        scene.lane.enter(() -> link.textNow("42[\"late\"]"));
      }
    });
    socket().disconnect(false);
    scene.world.run();
    assertThat(link.sent()).containsExactly("41");
    assertThat(link.closed()).isNull();
  }

  @Test
  void anErrorHandlerWhoseAnswerCannotBeWrittenDoesNotStopTheClient() {
    SocketScene scene = new SocketScene(builder -> builder.limits(l -> l.maxQueuedEvents(2)));
    Namespace main = scene.server.of("/");
    main.onCall("bad", (socket, args) -> {
      throw new IllegalStateException("broken");
    });
    main.onError((socket, event, error) -> new Unwritable());
    FakeLink link = scene.join("/");
    for (int i = 0; i < 5; i++) {
      link.text("421[\"bad\"]");
      scene.runHandlers();
    }
    assertThat(link.isReading()).isTrue();
    assertThat(link.closed()).isNull();
  }

  @Test
  void aClientThatJoinsAndLeavesInALoopIsHeldBack() {
    SocketScene scene = new SocketScene(builder -> builder.limits(l -> l.maxQueuedEvents(10)));
    scene.server.of("/").onConnect(heard::add);
    FakeLink link = scene.open("EIO=4");
    for (int i = 0; i < 5; i++) {
      assertThat(link.isReading()).isTrue();
      link.text("40");
      link.text("41");
    }
    assertThat(link.isReading()).isFalse();
    scene.runHandlers();
    assertThat(link.isReading()).isTrue();
    assertThat(heard).hasSize(5);
  }

  @Test
  void largeEventsHoldTheClientBackSooner() {
    SocketScene scene = new SocketScene(builder -> builder.limits(l -> l.maxQueuedEvents(10)));
    scene.server.of("/").on("say", String.class, (socket, text) -> heard.add(text));
    FakeLink link = scene.join("/");
    String event = "42[\"say\",\"" + "x".repeat(100_000) + "\"]";
    link.text(event);
    assertThat(link.isReading()).isTrue();
    link.text(event);
    assertThat(link.isReading()).isFalse();
    scene.runHandlers();
    assertThat(link.isReading()).isTrue();
    assertThat(heard).hasSize(2);
  }

  @Test
  void anAckThatIsMalformedFailsWhatWaitedForIt() {
    FakeLink link = scene.join("/");
    CompletableFuture<?> answer = socket().emitWithAck("ask");
    scene.world.run();
    link.text("430[oops");
    scene.runHandlers();
    assertThat(answer).isCompletedExceptionally();
    assertThat(link.closed()).isNotNull();
  }

  @Test
  void anAckOfASocketThatHasLeftFailsAtOnce() {
    FakeLink link = scene.join("/");
    Socket gone = socket();
    link.text("41");
    CompletableFuture<?> answer = gone.emitWithAck("ask");
    scene.runHandlers();
    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  void aRoomListenerThatThrowsDoesNotKeepASocketFromEnding() {
    main.onRoom(new RoomListener() {
      @Override
      public void onLeave(String room, String socketId) {
        throw new IllegalStateException("broken");
      }
    });
    main.onDisconnect((socket, how) -> heard.add(how.reason().text()));
    FakeLink link = scene.join("/");
    CompletableFuture<?> answer = socket().emitWithAck("ask");
    scene.world.run();
    link.end(1000, null);
    scene.runHandlers();
    assertThat(heard).containsExactly("transport close");
    assertThat(answer).isCompletedExceptionally();
  }

  @Test
  void everySocketEndsThoughTheHandlerExecutorTakesNoTasks() {
    boolean[] closed = new boolean[1];
    ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    SocketScene scene = new SocketScene(builder -> builder.handlerExecutor(task -> {
      if (closed[0]) {
        throw new RejectedExecutionException("closed");
      }
      tasks.add(task);
    }));
    Namespace main = scene.server.of("/");
    Namespace chat = scene.server.of("/chat");
    main.onDisconnect((socket, how) -> heard.add(how));
    FakeLink link = scene.join("/");
    link.text("40/chat,");
    closed[0] = true;
    link.end(1000, null);
    assertThat(main.size()).isZero();
    assertThat(chat.size()).isZero();
  }
}
