package dev.parley.benchmarks.load;

import java.nio.ByteBuffer;

/**
 * Many rooms with a few members each. Rovers go from room to room: a step is to leave one, join the next and say something
 * there, sent together; it is done when both acknowledgements and all five deliveries have arrived. Every rover has rooms of
 * its own, so that it is known who has to hear it, and goes through them in an order of its own: where rovers that keep in
 * time with each other met the same members, a server would be rewarded for keeping them in time, as it can write the
 * deliveries of several steps at once.
 */
final class RoomsLoad extends Load implements Client.Listener {
  private static final int MEMBERS_PER_ROOM = 4;
  private static final int STEPS = 10_000;
  private static final int ANSWERS = 2 + MEMBERS_PER_ROOM + 1;

  private final int rovers;
  private final int roomsPerRover;
  private final int members;
  private final Client[] clients;
  private final Template join = Template.frame("42#######[\"join\",\"room-####\"]");
  private final Template leave = Template.frame("42#######[\"leave\",\"room-####\"]");
  private final Template say = Template.frame(
      "42[\"say\",{\"room\":\"room-####\",\"data\":\"####" + "####" + "x".repeat(24) + "\"}]");
  private final long saidLength = "42[\"said\",\"\"]".length() + 32;

  private final long[] step;
  private final int[] missing;
  private final long[] dueAt;
  private final LongRing[] waiting;
  private int joins;
  private int expectedJoins;
  private int busy;
  private int next;
  private boolean ready;
  private boolean pacing;

  RoomsLoad(Reactor reactor, int rovers, int roomsPerRover, int members) {
    super(reactor);
    this.rovers = rovers;
    this.roomsPerRover = roomsPerRover;
    this.members = members;
    this.clients = new Client[rovers + members];
    this.step = new long[rovers];
    this.missing = new int[rovers];
    this.dueAt = new long[rovers];
    this.waiting = new LongRing[rovers];
    this.expectedJoins = rovers * roomsPerRover * MEMBERS_PER_ROOM;
  }

  @Override
  void open() {
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client(reactor, this, i, false);
      reactor.connect(clients[i]);
    }
    for (int rover = 0; rover < rovers; rover++) {
      waiting[rover] = new LongRing();
    }
  }

  /** Members join their rooms: room r has the members r, r + 1, r + 2 and r + 3, counted round. */
  @Override
  public void onConnected(Client client) {
    if (client.index < rovers) {
      return;
    }
    int member = client.index - rovers;
    ByteBuffer batch = ByteBuffer.allocate(
        join.length() * rovers * roomsPerRover * MEMBERS_PER_ROOM / members + 4096);
    for (int room = 0; room < rovers * roomsPerRover; room++) {
      if (isMember(member, room)) {
        batch.put(join.with(1_000_000, room));
      }
    }
    client.write(batch.flip());
  }

  private boolean isMember(int member, int room) {
    return Math.floorMod(member - room, members) < MEMBERS_PER_ROOM;
  }

  @Override
  boolean ready() {
    ready = joins == expectedJoins;
    return ready;
  }

  @Override
  void saturate() {
    pacing = false;
    for (int rover = 0; rover < rovers; rover++) {
      step(rover, 0);
    }
  }

  @Override
  void due(long nanos) {
    pacing = true;
    int rover = next;
    next = (next + 1) % rovers;
    if (missing[rover] > 0) {
      waiting[rover].add(nanos);
    } else {
      step(rover, nanos);
    }
  }

  private void step(int rover, long dueNanos) {
    busy++;
    long n = ++step[rover];
    missing[rover] = ANSWERS;
    dueAt[rover] = dueNanos;
    Client client = clients[rover];
    ByteBuffer batch = reactor.scratch();
    batch.put(leave.with(1_000_000 + 2 * n, room(rover, n - 1)));
    batch.put(join.with(1_000_001 + 2 * n, room(rover, n)));
    batch.put(say.with(room(rover, n), room(rover, n) * (long) STEPS + n % STEPS));
    client.write(batch.flip());
  }

  /** A rover has a power of two of rooms: an odd stride comes to all of them. */
  private int room(int rover, long step) {
    long group = rover / roomsPerRover;
    return rover * roomsPerRover
        + (int) ((step * (2 * group + 1) + 5L * rover + 3 * group) % roomsPerRover);
  }

  @Override
  boolean quiet() {
    return busy == 0;
  }

  @Override
  public void onAck(Client client, long id, long length) {
    if (!ready) {
      joins++;
      return;
    }
    check(client.index < rovers, "an acknowledgement for a member");
    long n = id - 1_000_000 >> 1;
    check(n == step[client.index], "an acknowledgement is missing or out of order");
    arrived(client.index);
  }

  @Override
  public void onEvent(Client client, long sequence, long length) {
    int room = (int) (sequence / STEPS);
    int rover = room / roomsPerRover;
    check(length == saidLength, "a broadcast has another length than what was said");
    check(
        rover < rovers
            && sequence % STEPS == step[rover] % STEPS
            && room == room(rover, step[rover]),
        "something was heard too late or in another room");
    check(
        client.index < rovers ? client.index == rover : isMember(client.index - rovers, room),
        "something was heard by one who is not in the room");
    arrived(rover);
  }

  private void arrived(int rover) {
    check(missing[rover] > 0, "more answers than were asked for");
    if (--missing[rover] > 0) {
      return;
    }
    busy--;
    done(dueAt[rover], pacing);
    if (saturating) {
      step(rover, 0);
    } else if (waiting[rover].size() > 0) {
      step(rover, waiting[rover].remove());
    }
  }

  @Override
  public void onBinary(Client client, long length) {
    throw new LoadFailure("a binary message where text was broadcast");
  }
}
