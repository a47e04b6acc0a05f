package dev.parley;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /**
   * Sends an event to the other servers of the cluster, this one excepted; clients do not see it. Nothing happens on a
   * server that runs alone.
   *
   * @throws PayloadException if an argument cannot be written
   */
  void serverSideEmit(String event, @Nullable Object... args);

  /**
   * Sends an event to the other servers of the cluster and waits for their answers.
   *
   * @return one answer of each, in the order of their arrival; fails with a {@link MissingNodesException} if one does not
   *     come within the time that the cluster sets, 5 s by default
   */
  CompletableFuture<List<Args>> serverSideEmitWithAck(String event, @Nullable Object... args);

  /** Handles what other servers of the cluster send. @throws IllegalStateException if the event has a handler */
  Namespace onServerSideEvent(String event, ServerEventHandler handler);

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
