package dev.parley.benchmarks.load;

import org.jspecify.annotations.Nullable;

/** Events that are acknowledged with what they brought, in order. */
final class EchoLoad extends Load implements Client.Listener {
  private static final long FIRST_ID = 1_000_000;
  private static final long IDS = 9_000_000;

  /** netty-socketio puts a stray type byte before an attachment. */
  private static final int STRAY_BYTES = 1;

  private final Client[] clients;
  private final LongRing[] dues;
  private final int outstanding;
  private final Template request;
  private final long answerLength;
  private final long attachmentLength;
  private int connected;
  private int next;
  private boolean pacing;
  private long underWay;

  private EchoLoad(
      Reactor reactor,
      int clients,
      int outstanding,
      String text,
      byte @Nullable [] attachment,
      long answerLength) {
    super(reactor);
    this.clients = new Client[clients];
    this.dues = new LongRing[clients];
    this.outstanding = outstanding;
    this.request = Template.frames(text, attachment);
    this.answerLength = answerLength;
    this.attachmentLength = attachment == null ? -1 : attachment.length;
  }

  static EchoLoad text(Reactor reactor, int clients, int outstanding, int length) {
    String data = "x".repeat(length);
    return new EchoLoad(
        reactor,
        clients,
        outstanding,
        "42#######[\"echo\",\"" + data + "\"]",
        null,
        "431234567[\"\"]".length() + length);
  }

  static EchoLoad binary(Reactor reactor, int clients, int length) {
    String placeholder = "{\"_placeholder\":true,\"num\":0}";
    return new EchoLoad(
        reactor,
        clients,
        1,
        "451-#######[\"becho\"," + placeholder + "]",
        new byte[length],
        "461-1234567[]".length() + placeholder.length());
  }

  @Override
  void open() {
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client(reactor, this, i, false);
      dues[i] = new LongRing();
      reactor.connect(clients[i]);
    }
  }

  @Override
  public void onConnected(Client client) {
    connected++;
  }

  @Override
  boolean ready() {
    return connected == clients.length;
  }

  @Override
  void saturate() {
    pacing = false;
    for (Client client : clients) {
      send(client, outstanding);
    }
  }

  @Override
  void due(long nanos) {
    pacing = true;
    Client client = clients[next];
    next = (next + 1) % clients.length;
    dues[client.index].add(nanos);
    underWay++;
    if (client.sent - client.acked < outstanding) {
      sendDue(client);
    }
  }

  @Override
  boolean quiet() {
    return underWay == 0;
  }

  private void sendDue(Client client) {
    client.write(request.with(id(client.sent++)));
  }

  private void send(Client client, int count) {
    underWay += count;
    if (count == 1) {
      sendDue(client);
      return;
    }
    var batch = reactor.scratch();
    for (int i = 0; i < count; i++) {
      request.append(batch, id(client.sent++));
    }
    client.write(batch.flip());
  }

  private static long id(long count) {
    return FIRST_ID + count % IDS;
  }

  @Override
  public void onAck(Client client, long id, long length) {
    check(id == id(client.acked), "an acknowledgement is missing or out of order");
    check(length == answerLength, "an acknowledgement has another length than its event");
    if (attachmentLength < 0) {
      answered(client);
    }
  }

  @Override
  public void onBinary(Client client, long length) {
    check(
        length == attachmentLength || length == attachmentLength + STRAY_BYTES,
        "an attachment has another length than the one sent");
    answered(client);
  }

  private void answered(Client client) {
    client.acked++;
    underWay--;
    LongRing due = dues[client.index];
    if (pacing) {
      done(due.remove(), true);
      if (due.size() > client.sent - client.acked) {
        sendDue(client);
      }
    } else {
      done(0, false);
    }
  }

  @Override
  public void afterRead(Client client) {
    if (saturating) {
      int free = (int) (outstanding - (client.sent - client.acked));
      if (free > 0) {
        send(client, free);
      }
    }
  }

  @Override
  public void onEvent(Client client, long sequence, long length) {
    throw new LoadFailure("an event where an acknowledgement was asked for");
  }
}
