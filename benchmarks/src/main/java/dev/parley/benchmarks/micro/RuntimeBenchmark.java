package dev.parley.benchmarks.micro;

import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.benchmarks.micro.CountingHost.CountingLink;
import dev.parley.protocol.engineio.Message;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The whole server without a network: what an event costs, and a broadcast among many other sockets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RuntimeBenchmark {
  private static final int ROOM_MEMBERS = 100;

  /** Sockets beside the room's members, each in a room of its own. */
  @Param({"0", "5000"})
  int bystanders;

  private final Message echo =
      Message.text("421000000[\"echo\",\"thirty-two characters of a string\"]");
  private final Message join = Message.text("42[\"join\",\"another\"]");
  private final Message leave = Message.text("42[\"leave\",\"another\"]");
  private @Nullable CountingHost host;
  private @Nullable Namespace root;
  private @Nullable CountingLink client;

  @Setup
  public void connect() throws IOException {
    CountingHost counting = new CountingHost(1);
    Parley parley = Parley.builder().host(counting).build();
    root = parley.of("/");
    root.nonBlocking()
        .onCall("echo", String.class, (socket, text) -> text)
        .on("join", String.class, (socket, room) -> socket.join(room))
        .on("leave", String.class, (socket, room) -> socket.leave(room));
    parley.start();
    for (int i = 0; i < bystanders; i++) {
      counting.connect(0).receive(Message.text("42[\"join\",\"room-" + i + "\"]"));
    }
    for (int i = 0; i < ROOM_MEMBERS; i++) {
      client = counting.connect(0);
      client.receive(Message.text("42[\"join\",\"room\"]"));
    }
    counting.runLanes();
    host = counting;
  }

  @Benchmark
  public void echo() {
    known(client).receive(echo);
    known(host).runLanes();
  }

  @Benchmark
  public void joinAndLeave() {
    known(client).receive(join);
    known(client).receive(leave);
  }

  /** To a hundred members. */
  @Benchmark
  public void broadcast() {
    known(root).to("room").emit("said", "something that is said in a room");
    known(host).runLanes();
  }

  /** The same without those in a second room. */
  @Benchmark
  public void broadcastExcept() {
    known(root).to("room").except("room-1").emit("said", "something that is said in a room");
    known(host).runLanes();
  }

  private static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not connected");
    }
    return value;
  }
}
