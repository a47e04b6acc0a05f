package dev.parley.app.demo;

import dev.parley.Broadcast;
import dev.parley.DataKey;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.Refused;
import dev.parley.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat with rooms: everybody has a name, is in one room, and sees who is where. */
public final class Chat {
  private static final DataKey<String> NAME = DataKey.named("name", String.class);
  private static final DataKey<String> ROOM = DataKey.named("room", String.class);
  private final Namespace chat;

  record Person(String id, @Nullable String name, @Nullable String room) {}

  public Chat(Parley parley) {
    chat = parley.of("/chat");
    // The page sends the name as its auth. Who has none does not get in, and is told why.
    chat.admit(attempt -> {
      String name = attempt.auth().text("name");
      if (!isFine(name, 24)) {
        throw new Refused("Please choose a name of at most 24 characters.");
      }
      attempt.data(NAME, name.strip());
      attempt.data(ROOM, "");
    });

    // What a call returns is its acknowledgement: here, the room that the page is in now.
    chat.onCall("join", String.class, (socket, room) -> {
      if (isFine(room, 24)) {
        move(socket, room.strip());
      }
      return socket.data(ROOM);
    });

    chat.onCall("say", String.class, (socket, text) -> {
      if (isFine(text, 2000)) {
        others(socket).emit("said", socket.data(NAME), text.strip());
      }
      return isFine(text, 2000);
    });

    // Not worth a place in the queue of a slow client, so it may be dropped.
    chat.on(
        "typing", (socket, args) -> others(socket).asVolatile().emit("typing", socket.data(NAME)));

    chat.onDisconnect((socket, how) -> {
      others(socket).emit("left", socket.data(NAME));
      tellWhoIsWhere();
    });
  }

  private void move(Socket socket, String room) {
    others(socket).emit("left", socket.data(NAME));
    socket.leave("room " + socket.data(ROOM));
    socket.data(ROOM, room);
    socket.join("room " + room);
    others(socket).emit("joined", socket.data(NAME));
    tellWhoIsWhere();
  }

  private static Broadcast others(Socket socket) {
    return socket.to("room " + socket.data(ROOM));
  }

  /** One at a time, so that what a page hears last is how things are. */
  private synchronized void tellWhoIsWhere() {
    List<Person> people =
        chat.sockets().map(s -> new Person(s.id(), s.data(NAME), s.data(ROOM))).toList();
    chat.emit("people", people);
  }

  private static boolean isFine(@Nullable String text, int longest) {
    return text != null && !text.isBlank() && text.length() <= longest;
  }
}
