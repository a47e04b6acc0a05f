package dev.parley;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A named part of the server with its own sockets, rooms and handlers; emitting on it reaches all its sockets. A dynamic
 * namespace is the parent of those that clients ask for: they use its handlers, emitting on it reaches the sockets of all,
 * and it has no sockets of its own.
 */
public interface Namespace extends Broadcast, Handlers<Namespace> {
  /** Starts with a slash. Of a dynamic namespace, a text that no client can ask for. */
  String name();

  /** Adds a check that clients must pass before they join; checks run in order, the first refusal ends it. */
  Namespace admit(Admission check);

  /** Called first for each socket that joined, on its handler lane, before any of its events. */
  Namespace onConnect(ConnectHandler handler);

  /** Hears what handlers throw. There is one; a second call replaces it. */
  Namespace onError(ErrorHandler handler);

  Namespace onRoom(RoomListener listener);

  /** The local sockets. A snapshot that may change while it is read. */
  Stream<Socket> sockets();

  /** Number of local sockets. */
  int size();

  /** A local socket by its id, also after it left the room of its id. */
  Optional<Socket> socket(String id);

  /** The rooms with local sockets, those of socket ids excepted. */
  Set<String> rooms();

  /** The ids of local sockets in a room. */
  Set<String> sockets(String room);

  /** Makes every socket leave the room, on every node. */
  default void closeRoom(String room) {
    to(room).socketsLeave(room);
  }

  /** Greets a socket. */
  @FunctionalInterface
  interface ConnectHandler {
    void onConnect(Socket socket) throws Exception;
  }
}
