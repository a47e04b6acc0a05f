package dev.parley.benchmarks.micro;

import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.socketio.Packet;
import dev.parley.protocol.socketio.PacketCodec;
import dev.parley.protocol.socketio.PacketDecoder;
import java.util.List;
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

/** Socket.IO packets between bytes and headers; the body is not parsed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PacketCodecBenchmark {
  /** What is encoded and decoded. */
  public enum Kind {
    EVENT,
    EVENT_IN_NAMESPACE,
    LARGE_EVENT,
    BINARY_EVENT,
    ACK
  }

  @Param
  Kind kind = Kind.EVENT;

  private final PacketCodec codec = PacketCodec.json();
  private PacketDecoder decoder = codec.newDecoder(10, 512, 1 << 20);
  private List<Message> wire = List.of();
  private @Nullable Packet packet;

  @Setup
  public void prepare() {
    wire = switch (kind) {
      case EVENT -> List.of(Message.text("2123[\"echo\",\"thirty-two characters of a string\"]"));
      case EVENT_IN_NAMESPACE ->
        List.of(Message.text("2/chat,123[\"echo\",\"thirty-two characters of a string\"]"));
      case LARGE_EVENT -> List.of(Message.text("2123[\"echo\",\"" + "x".repeat(16 * 1024) + "\"]"));
      case BINARY_EVENT ->
        List.of(
            Message.text("51-123[\"echo\",{\"_placeholder\":true,\"num\":0}]"),
            Message.binary(new byte[1024]));
      case ACK -> List.of(Message.text("3123[\"thirty-two characters of a string\"]"));
    };
    packet = decode();
  }

  @Benchmark
  public @Nullable Packet decode() {
    Packet decoded = null;
    for (int i = 0; i < wire.size(); i++) {
      decoded = decoder.decode(wire.get(i));
    }
    return decoded;
  }

  @Benchmark
  public List<Message> encode() {
    Packet known = packet;
    if (known == null) {
      throw new IllegalStateException("not decoded");
    }
    return codec.encode(known);
  }
}
