package dev.parley.benchmarks.micro;

import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.EnginePacket;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.Blackhole;

/** Engine.IO packets, as frames and as polling payloads of ten. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class EngineCodecBenchmark {
  private static final int PACKETS = 10;

  @Param({"64", "16384"})
  int length = 64;

  @Param({"V3", "V4"})
  Revision revision = Revision.V4;

  private EngineCodec codec = EngineCodec.of(Revision.V4);
  private Message frame = Message.text("4");
  private Message payload = Message.text("4");
  private EnginePacket packet = EnginePacket.NOOP;
  private List<EnginePacket> packets = List.of();

  @Setup
  public void prepare() {
    codec = EngineCodec.of(revision);
    frame = Message.text("4" + "x".repeat(length));
    packet = EnginePacket.message(Message.text("x".repeat(length)));
    packets = Collections.nCopies(PACKETS, packet);
    payload = codec.encodePayload(packets, false);
  }

  @Benchmark
  public EnginePacket decodeFrame() {
    return codec.decodeFrame(frame);
  }

  /** With a copy; the Socket.IO encoder leaves room in front of its text and saves it. */
  @Benchmark
  public Message encodeFrame() {
    return codec.encodeFrame(packet, false);
  }

  @Benchmark
  public void decodePayload(Blackhole sink) {
    codec.decodePayload(payload, PACKETS, sink::consume);
  }

  @Benchmark
  public Message encodePayload() {
    return codec.encodePayload(packets, false);
  }
}
