package dev.parley.benchmarks.load;

import org.jspecify.annotations.Nullable;

/** One client says something in a room, all members hear it, in order. A unit is one delivery. */
final class BroadcastLoad extends Load implements Client.Listener {
  /** Broadcasts that can be under way at once when paced. */
  private static final int WINDOW = 1024;

  private static final int CONNECTING_AT_ONCE = 200;
  private static final int SEQUENCE_DIGITS = 8;

  private final Client[] members;
  private final int inFlight;
  private final Template join = Template.frame("42#######[\"join\",\"the-room\"]");
  private final Template say;
  private final long saidLength;

  /** Deliveries that are missing, and when the broadcast was due, by sequence number. */
  private final int[] missing = new int[WINDOW];

  private final long[] dueAt = new long[WINDOW];
  private final LongRing waiting = new LongRing();
  private @Nullable Client speaker;
  private boolean speakerConnected;
  private int opened;
  private int joined;
  private long started;
  private long completed;
  private boolean pacing;

  BroadcastLoad(Reactor reactor, int members, int length, int inFlight) {
    super(reactor);
    this.members = new Client[members];
    this.inFlight = inFlight;
    String filler = "x".repeat(length - SEQUENCE_DIGITS);
    this.say =
        Template.frame("42[\"say\",{\"room\":\"the-room\",\"data\":\"########" + filler + "\"}]");
    this.saidLength = "42[\"said\",\"\"]".length() + length;
  }

  @Override
  void open() {
    if (reactor.hasElsewhere()) {
      // Speaks on the other node and is no member.
      speaker = new Client(reactor, this, -1, false);
      reactor.connectElsewhere(speaker);
    }
    for (int i = 0; i < Math.min(members.length, CONNECTING_AT_ONCE); i++) {
      connectNext();
    }
  }

  private void connectNext() {
    Client member = new Client(reactor, this, opened, false);
    members[opened++] = member;
    reactor.connect(member);
  }

  @Override
  public void onConnected(Client client) {
    if (client == speaker) {
      speakerConnected = true;
      return;
    }
    if (opened < members.length) {
      connectNext();
    }
    client.write(join.with(1_000_000 + client.index));
  }

  @Override
  public void onAck(Client client, long id, long length) {
    check(id == 1_000_000 + client.index, "the acknowledgement of a join has another id");
    joined++;
  }

  @Override
  boolean ready() {
    return joined == members.length && (speaker == null || speakerConnected);
  }

  @Override
  void saturate() {
    pacing = false;
    for (int i = 0; i < inFlight; i++) {
      say(0);
    }
  }

  @Override
  void due(long nanos) {
    pacing = true;
    if (started - completed == WINDOW) {
      waiting.add(nanos);
    } else {
      say(nanos);
    }
  }

  private void say(long dueNanos) {
    int slot = (int) (started % WINDOW);
    missing[slot] = members.length;
    dueAt[slot] = dueNanos;
    (speaker == null ? members[0] : speaker).write(say.with(started++));
  }

  @Override
  boolean quiet() {
    return started == completed;
  }

  @Override
  public void onEvent(Client client, long sequence, long length) {
    check(sequence == client.nextSequence, "a broadcast is missing or out of order");
    check(length == saidLength, "a broadcast has another length than what was said");
    client.nextSequence++;
    int slot = (int) (sequence % WINDOW);
    done(dueAt[slot], pacing);
    if (--missing[slot] > 0) {
      return;
    }
    completed++;
    if (saturating) {
      say(0);
    } else if (waiting.size() > 0) {
      say(waiting.remove());
    }
  }

  @Override
  public void onBinary(Client client, long length) {
    throw new LoadFailure("a binary message where text was broadcast");
  }
}
