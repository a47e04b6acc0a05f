package dev.parley;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Socket.IO server. Made by {@link #builder()}, started once, closed once; safe from any thread.
 *
 * <pre>{@code
 * Parley parley = Parley.builder().listen(8000).build();
 * parley.of("/").on("say", String.class, (socket, text) -> socket.broadcast().emit("said", text));
 * parley.start().awaitStop();
 * }</pre>
 */
public interface Parley extends AutoCloseable {
  static ParleyBuilder builder() {
    return new ParleyBuilder();
  }

  /**
   * The namespace of this name, made if there is none; a slash in front is added if it is missing, so {@code ""} is the
   * default namespace {@code /}.
   */
  Namespace of(String name);

  /**
   * Namespaces that clients may ask for by any name that matches the whole pattern. Patterns and matchers are tried in the
   * order of these calls, after the names that exist.
   */
  Namespace of(Pattern pattern);

  /** Namespaces that clients may ask for if the matcher says so. */
  Namespace of(NamespaceMatcher matcher);

  /** The namespaces that exist, dynamic parents excepted. */
  Stream<Namespace> namespaces();

  /** Registers an object with annotated handlers; see {@link SocketNamespace}. @throws IllegalArgumentException naming what is wrong with it */
  Parley register(Object handlers);

  /** Registers a class of which every socket gets an instance of its own. */
  <T> Parley register(Class<T> type, Supplier<? extends T> factory);

  /**
   * Listens.
   *
   * @throws IOException if the address cannot be bound or a key cannot be read; the server is closed then
   * @throws IllegalStateException if it was started or closed before
   */
  Parley start() throws IOException;

  /** The port in use. @throws IllegalStateException if not started */
  int port();

  /** Open connections of clients, sessions without a namespace included. */
  int clientsCount();

  /**
   * Requests since the start that carried the session id of another node. A number that grows means that the balancer does
   * not keep sessions on their nodes. Always 0 without {@link ParleyBuilder#nodeName}.
   */
  long misroutedRequests();

  /** Waits until the server is closed. */
  void awaitStop() throws InterruptedException;

  /** Closes within 5 s; see {@link #close(Duration)}. */
  @Override
  void close();

  /**
   * Refuses new clients, tells every handler {@link DisconnectReason#SERVER_SHUTTING_DOWN}, sends what is queued, closes all
   * connections and frees everything. Clients see their connection end and will try again elsewhere. A second call waits
   * for the first.
   *
   * @param patience the longest time it may take; what is not sent by then is lost
   */
  void close(Duration patience);
}
