package dev.parley.test;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An HTTP request under way. */
public final class TestRequest {
  private final ClientNetwork network;
  private final String name;
  private ClientNetwork.@Nullable Request request;
  private @Nullable TestReply reply;

  TestRequest(ClientNetwork network, String name) {
    this.network = network;
    this.name = name;
  }

  void sent(ClientNetwork.Request request) {
    this.request = request;
  }

  void answered(TestReply reply) {
    this.reply = reply;
  }

  private ClientNetwork.Request request() {
    return Objects.requireNonNull(request);
  }

  /** Sends more of the body. */
  public TestRequest write(byte[] body) {
    request().write(body);
    return this;
  }

  public TestRequest write(String body) {
    return write(body.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the body. */
  public TestRequest end() {
    request().end();
    return this;
  }

  /** Whether an answer has come. */
  public boolean answered() {
    network.settle();
    return reply != null;
  }

  /** Waits for the answer. @throws AssertionError if none comes */
  public TestReply reply() {
    network.runUntil(() -> reply != null);
    if (reply == null) {
      throw new AssertionError("no answer to " + name);
    }
    return reply;
  }

  /** The client goes away before it has its answer. */
  public void abort() {
    request().abort();
  }
}
