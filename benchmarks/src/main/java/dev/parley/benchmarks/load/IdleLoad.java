package dev.parley.benchmarks.load;

import java.util.function.LongSupplier;

/** Clients that only stay connected, and one that asks what they cost. */
final class IdleLoad implements Client.Listener {
  private static final int CONNECTING_AT_ONCE = 128;
  private static final int ASK_ID = 1_000_000;

  private final Reactor reactor;
  private final Template ask = Template.frame("42" + ASK_ID + "[\"mem\"]");
  private int started;
  private int connected;
  private int wanted;
  private boolean answered;

  IdleLoad(Reactor reactor) {
    this.reactor = reactor;
  }

  Workload.Memory measure(int connections, LongSupplier residentBytes) {
    Client asking = new Client(reactor, this, 0, false);
    reactor.connect(asking);
    reactor.runUntil(() -> connected == 1, 10, "the first client");
    // Classes are loaded and caches filled by the first hundred.
    connect(100);
    long usedBefore = used(asking);
    long residentBefore = residentBytes.getAsLong();
    connect(connections);
    long usedAfter = used(asking);
    long residentAfter = residentBytes.getAsLong();
    return new Workload.Memory(
        connections,
        (double) (usedAfter - usedBefore) / connections,
        (double) (residentAfter - residentBefore) / connections);
  }

  private void connect(int count) {
    wanted = connected + count;
    started = connected;
    for (int i = 0; i < Math.min(count, CONNECTING_AT_ONCE); i++) {
      connectNext();
    }
    reactor.runUntil(() -> connected == wanted, 60, "idle clients to connect");
  }

  private void connectNext() {
    reactor.connect(new Client(reactor, this, started++, false));
  }

  @Override
  public void onConnected(Client client) {
    connected++;
    if (started < wanted) {
      connectNext();
    }
  }

  /** Asked twice, because what the first collection finalizes is free only after the second. */
  private long used(Client asking) {
    long used = 0;
    for (int i = 0; i < 2; i++) {
      answered = false;
      asking.write(ask.with());
      reactor.runUntil(() -> answered, 30, "the memory in use");
      used = asking.answer;
    }
    return used;
  }

  @Override
  public void onAck(Client client, long id, long length) {
    answered = true;
  }

  @Override
  public void onEvent(Client client, long sequence, long length) {
    throw new LoadFailure("an event for an idle client");
  }

  @Override
  public void onBinary(Client client, long length) {
    throw new LoadFailure("a binary message for an idle client");
  }
}
