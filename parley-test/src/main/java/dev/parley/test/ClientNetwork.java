package dev.parley.test;

import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Message;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How test clients reach a server. One thread uses it, that of the test: what comes in is heard on this thread, while it
 * waits in one of the last methods.
 */
interface ClientNetwork {
  /** A client's machine. @param address of its side, if the network can choose it */
  Peer open(String address);

  /** Runs the action once this time has passed. @return takes it back */
  Runnable after(Duration delay, Runnable action);

  /** @return false if the condition will not come true any more, or has not within the patience of this network */
  boolean runUntil(BooleanSupplier condition);

  /** Lets everything happen that is under way, as far as this network can know that. */
  void settle();

  /** Lets a little of what is under way happen, and leaves the rest for later. */
  void runSome(int tasks);

  /** One client's machine and its connections. */
  interface Peer {
    /**
     * Sends the head of a request.
     *
     * @param contentLength of a body that follows; -1 if it comes in chunks
     * @param onReply hears the answer, or {@link TestReply#CUT}, once, unless the client aborts
     */
    Request request(
        String method,
        String target,
        Headers headers,
        long contentLength,
        Consumer<TestReply> onReply);

    /** Asks for a WebSocket. */
    Link webSocket(String target, Headers headers, LinkListener listener);
  }

  /** A request under way. */
  interface Request {
    void write(byte[] body);

    void end();

    /** The client goes away. */
    void abort();
  }

  /** A client's end of a WebSocket. */
  interface Link {
    void send(Message message);

    /** Starts the close handshake. @param code 1005 sends no code */
    void close(int code, String reason);

    /** The client goes away without a word. */
    void abort();

    void reading(boolean on);
  }

  /** Hears a WebSocket: it is refused, or opens, brings messages and closes. */
  interface LinkListener {
    void onRefused(TestReply reply);

    /** @param headers of the 101, as far as this network shows them */
    void onOpen(Headers headers);

    void onMessage(Message message);

    /** @param code 1005 if the server sent none, 1006 if the connection broke */
    void onClose(int code, String reason);
  }
}
