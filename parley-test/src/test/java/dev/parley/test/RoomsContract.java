package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Namespace;
import dev.parley.RoomListener;
import dev.parley.Socket;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.junit.jupiter.api.Test;

/** Rooms, their events, and the room that every socket has for itself. */
@OverEveryWay
public abstract class RoomsContract extends ServerContract {
  private Namespace chat;

  protected RoomsContract(Bench.Starter starter) {
    super(starter);
  }

  private void startChat() {
    start(parley -> chat = parley.of("/chat"));
  }

  private Socket join(String... rooms) {
    Set<Socket> before = new CopyOnWriteArraySet<>(chat.sockets().toList());
    connect("/chat");
    Socket socket =
        chat.sockets().filter(known -> !before.contains(known)).findFirst().orElseThrow();
    socket.join(rooms);
    return socket;
  }

  @Test
  void putsEverySocketIntoTheRoomOfItsId() {
    startChat();
    Socket socket = join();
    assertThat(socket.rooms()).containsExactly(socket.id());

    socket.join("a", "b", "a");
    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "a", "b");
    socket.leave("a", "never");
    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "b");
  }

  @Test
  void reachesASocketThatLeftItsOwnRoomDirectly() {
    startChat();
    TestClient client = connect("/chat");
    Socket socket = chat.sockets().findFirst().orElseThrow();

    socket.leave(socket.id());

    assertThat(socket.rooms()).isEmpty();
    assertThat(chat.socket(socket.id())).contains(socket);
    socket.emit("still here");
    client.expect("still here");
    socket.join(socket.id());
    assertThat(socket.rooms()).containsExactly(socket.id());
  }

  @Test
  void letsOthersIntoTheRoomOfASocket() {
    startChat();
    TestClient watched = connect("/chat");
    Socket socket = chat.sockets().findFirst().orElseThrow();
    TestClient watcher = connect("/chat");
    Socket other = chat.sockets().filter(known -> known != socket).findFirst().orElseThrow();

    other.join(socket.id());
    chat.to(socket.id()).emit("for both");
    watched.expect("for both");
    watcher.expect("for both");

    kill(watched);
    await("the end", () -> chat.size() == 1);
    chat.to(socket.id()).emit("still a room");
    watcher.expect("still a room");
  }

  @Test
  void tellsWhatHappensToRooms() {
    startChat();
    Socket first = join();
    Socket second = join();
    chat.onRoom(new RoomListener() {
      @Override
      public void onCreate(String room) {
        notes.add("create " + room);
      }

      @Override
      public void onJoin(String room, String socketId) {
        notes.add("join " + room + " " + name(socketId));
      }

      @Override
      public void onLeave(String room, String socketId) {
        notes.add("leave " + room + " " + name(socketId));
      }

      @Override
      public void onDelete(String room) {
        notes.add("delete " + room);
      }

      private String name(String socketId) {
        return socketId.equals(first.id()) ? "first" : "second";
      }
    });

    first.join("a");
    second.join("a");
    first.join("a");
    first.leave("a");
    second.disconnect();

    assertThat(notes.subList(0, 4))
        .containsExactly("create a", "join a first", "join a second", "leave a first");
    assertThat(notes.subList(4, notes.size()))
        .containsExactlyInAnyOrder(
            "leave a second",
            "delete a",
            "leave " + second.id() + " second",
            "delete " + second.id());
  }

  @Test
  void emptiesARoomThatIsClosed() {
    startChat();
    Socket one = join("a", "b");
    Socket two = join("a");

    chat.closeRoom("a");

    assertThat(chat.rooms()).containsExactly("b");
    assertThat(one.rooms()).containsExactlyInAnyOrder(one.id(), "b");
    assertThat(two.rooms()).containsExactly(two.id());
  }

  @Test
  void joinsNothingAnyMoreOnceItHasEnded() {
    startChat();
    Socket socket = join("a");

    socket.disconnect();
    socket.join("b");

    assertThat(socket.rooms()).isEmpty();
    assertThat(chat.rooms()).isEmpty();
    assertThat(socket.connected()).isFalse();
  }

  @Test
  void boundsTheRoomsOfASocket() {
    start(
        builder -> builder.limits(limits -> limits.maxRoomsPerSocket(2)),
        parley -> chat = parley.of("/chat"));
    Socket socket = join("a", "b");

    assertThatThrownBy(() -> socket.join("c"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("2");
    socket.join("a");
    socket.leave("a");
    socket.join("c");

    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "b", "c");
    assertThat(chat.rooms()).containsExactlyInAnyOrder("b", "c");
  }
}
