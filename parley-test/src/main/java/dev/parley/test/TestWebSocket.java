package dev.parley.test;

import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A plain WebSocket to the server, for tests of the transport's rules. Made by {@link TestHttp#webSocket}. */
public final class TestWebSocket {
  private final ClientNetwork network;
  private final String target;
  private final ClientNetwork.Link link;
  private final Queue<Message> received = new ArrayDeque<>();
  private @Nullable Headers headers;
  private @Nullable TestReply refusal;
  private int closeCode;
  private String closeReason = "";

  TestWebSocket(
      ClientNetwork network, ClientNetwork.Peer peer, String target, Headers requestHeaders) {
    this.network = network;
    this.target = target;
    this.link = peer.webSocket(target, requestHeaders, new Listener());
  }

  private final class Listener implements ClientNetwork.LinkListener {
    @Override
    public void onRefused(TestReply reply) {
      refusal = reply;
    }

    @Override
    public void onOpen(Headers openHeaders) {
      headers = openHeaders;
    }

    @Override
    public void onMessage(Message message) {
      received.add(message);
    }

    @Override
    public void onClose(int code, String reason) {
      closeCode = code;
      closeReason = reason;
    }
  }

  /** Whether the server has accepted it; waits until it has decided. */
  public boolean accepted() {
    await("an answer", () -> headers != null || refusal != null);
    return headers != null;
  }

  /** The answer of a server that did not accept. @throws AssertionError if it did */
  public TestReply refusal() {
    if (accepted() || refusal == null) {
      throw new AssertionError("the WebSocket " + target + " was accepted");
    }
    return refusal;
  }

  /** The header fields of the 101. @throws AssertionError if the server did not accept */
  public Headers headers() {
    if (!accepted() || headers == null) {
      throw new AssertionError("the WebSocket " + target + " was refused: " + refusal);
    }
    return headers;
  }

  public TestWebSocket send(String text) {
    return send(Message.text(text));
  }

  public TestWebSocket send(byte[] data) {
    return send(Message.binary(data.clone()));
  }

  private TestWebSocket send(Message message) {
    headers();
    link.send(message);
    return this;
  }

  /** The next message, which must be text. @throws AssertionError if it is not, or if none comes */
  public String receiveText() {
    Message message = receive();
    if (!message.isText()) {
      throw new AssertionError("expected text, got " + message);
    }
    return message.asString();
  }

  /** The next message, which must be binary. @throws AssertionError if it is not, or if none comes */
  public byte[] receiveBinary() {
    Message message = receive();
    if (message.isText()) {
      throw new AssertionError("expected binary, got \"" + message.asString() + "\"");
    }
    return message.toBytes();
  }

  private Message receive() {
    headers();
    await("a message", () -> !received.isEmpty() || closeCode != 0);
    Message message = received.poll();
    if (message == null) {
      throw new AssertionError("the WebSocket " + target + " closed with " + closeCode);
    }
    return message;
  }

  /** The messages that have come since the last call, text as String and binary as byte[]. */
  public List<Object> received() {
    network.settle();
    List<Object> messages = new ArrayList<>();
    for (Message message : received) {
      messages.add(message.isText() ? message.asString() : message.toBytes());
    }
    received.clear();
    return messages;
  }

  public boolean open() {
    network.settle();
    return headers != null && closeCode == 0;
  }

  /** The server's close code: 1005 if it sent none, 1006 if it cut the connection. @throws AssertionError if it stays open */
  public int closeCode() {
    await("its end", () -> closeCode != 0);
    return closeCode;
  }

  public String closeReason() {
    closeCode();
    return closeReason;
  }

  /** Closes in good order. */
  public void close(int code, String reason) {
    headers();
    link.close(code, reason);
  }

  /** Cuts the connection. */
  public void abort() {
    link.abort();
  }

  /** Stops or starts to take what the server sends, as a slow client would. */
  public void reading(boolean on) {
    link.reading(on);
  }

  private void await(String what, BooleanSupplier condition) {
    if (!network.runUntil(condition)) {
      throw new AssertionError("the WebSocket " + target + " waits for " + what + " in vain");
    }
  }
}
