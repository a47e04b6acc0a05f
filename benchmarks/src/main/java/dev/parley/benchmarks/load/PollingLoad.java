package dev.parley.benchmarks.load;

/** Echoes over long polling, one outstanding per client. A unit is one echo: a POST, its answer and a GET's answer. */
final class PollingLoad extends Load implements PollingClient.Listener {
  private final PollingClient[] clients;
  private final LongRing[] dues;
  private final boolean[] busy;
  private int connected;
  private int busyCount;
  private int next;
  private boolean pacing;

  PollingLoad(Reactor reactor, int clients, int length) {
    super(reactor);
    this.clients = new PollingClient[clients];
    this.dues = new LongRing[clients];
    this.busy = new boolean[clients];
    for (int i = 0; i < clients; i++) {
      this.clients[i] = new PollingClient(reactor, this, i, length);
      dues[i] = new LongRing();
    }
  }

  @Override
  void open() {
    for (PollingClient client : clients) {
      client.open();
    }
  }

  @Override
  public void onConnected(PollingClient client) {
    connected++;
  }

  @Override
  boolean ready() {
    return connected >= clients.length;
  }

  @Override
  void saturate() {
    pacing = false;
    for (PollingClient client : clients) {
      echo(client);
    }
  }

  @Override
  void due(long nanos) {
    pacing = true;
    PollingClient client = clients[next];
    next = (next + 1) % clients.length;
    dues[client.index].add(nanos);
    if (!busy[client.index]) {
      echo(client);
    }
  }

  private void echo(PollingClient client) {
    busy[client.index] = true;
    busyCount++;
    client.echo();
  }

  @Override
  boolean quiet() {
    return busyCount == 0;
  }

  @Override
  public void onEchoed(PollingClient client) {
    if (!busy[client.index]) {
      return;
    }
    busy[client.index] = false;
    busyCount--;
    LongRing due = dues[client.index];
    done(pacing ? due.remove() : 0, pacing);
    if (saturating || due.size() > 0) {
      echo(client);
    }
  }
}
