package dev.parley.benchmarks.load;

/** Clients that connect, send one event, wait for its acknowledgement and go. A unit is one whole visit. */
final class ConnectLoad extends Load implements Client.Listener {
  private static final int MAX_PACED = 4096;

  private final int concurrent;
  private final Template echo = Template.frame("42#######[\"echo\",\"hello there\"]");
  private final long answerLength = "431000000[\"hello there\"]".length();
  private final long[] dueAt = new long[MAX_PACED];
  private final LongRing waiting = new LongRing();
  private final LongRing free = new LongRing();
  private int visitors;
  private boolean pacing;

  ConnectLoad(Reactor reactor, int concurrent) {
    super(reactor);
    this.concurrent = concurrent;
    for (int i = 0; i < MAX_PACED; i++) {
      free.add(i);
    }
  }

  @Override
  void open() {}

  @Override
  boolean ready() {
    return true;
  }

  @Override
  void saturate() {
    pacing = false;
    for (int i = 0; i < concurrent; i++) {
      visit(0);
    }
  }

  @Override
  void due(long nanos) {
    pacing = true;
    if (visitors == MAX_PACED) {
      waiting.add(nanos);
    } else {
      visit(nanos);
    }
  }

  private void visit(long dueNanos) {
    visitors++;
    int slot = (int) free.remove();
    dueAt[slot] = dueNanos;
    reactor.connect(new Client(reactor, this, slot, true));
  }

  @Override
  boolean quiet() {
    return visitors == 0;
  }

  @Override
  public void onConnected(Client client) {
    client.write(echo.with(1_000_000));
  }

  @Override
  public void onAck(Client client, long id, long length) {
    check(id == 1_000_000 && length == answerLength, "an acknowledgement differs from its event");
    if (pacing) {
      latency.recordValue(Math.max(0, System.nanoTime() - dueAt[client.index]));
    }
    client.acked++;
    client.leave();
  }

  @Override
  public void onClosed(Client client) {
    check(client.acked == 1, "a connection was closed before its answer");
    visitors--;
    free.add(client.index);
    done(0, false);
    if (saturating) {
      visit(0);
    } else if (waiting.size() > 0) {
      visit(waiting.remove());
    }
  }

  @Override
  public void onEvent(Client client, long sequence, long length) {
    throw new LoadFailure("an event where an acknowledgement was asked for");
  }

  @Override
  public void onBinary(Client client, long length) {
    throw new LoadFailure("a binary message where text was asked for");
  }
}
