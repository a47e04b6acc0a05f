package dev.parley.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client's frames, RFC 6455 §5. A frame that lies whole in the received buffer, the usual case, becomes an
 * array of its payload and nothing else; only what is incomplete is kept. In place of Netty's decoder and aggregator,
 * which make a buffer and a frame object on the way and keep twice the state for an idle connection. Lane only.
 */
abstract class WebSocketDecoder extends Connection {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** Frames of one message; more is an attack with tiny fragments. */
  static final int MAX_FRAGMENTS = 4096;

  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final int RSV1 = 0x40;
  private static final int MAX_CONTROL_PAYLOAD = 125;

  /** A header with mask, or a whole control frame: more than this is never kept while reading goes on. */
  private static final int MAX_KEPT = 14 + MAX_CONTROL_PAYLOAD;

  final int maxMessageBytes;

  /** The message that is under way, if it did not come in one piece. */
  private @Nullable MessageAssembly assembly;

  /** Bytes not decoded yet: a part of a header or control frame, or whatever came while reading was stopped. */
  private @Nullable ByteBuf kept;

  private boolean decoding;

  WebSocketDecoder(NettyLane lane, int maxMessageBytes) {
    super(lane);
    this.maxMessageBytes = maxMessageBytes;
  }

  /** False while frames shall stay undecoded. */
  abstract boolean decodes();

  /** True once nothing that arrives counts any more. */
  abstract boolean deaf();

  abstract boolean inflates();

  abstract void onData(int opcode, boolean compressed, byte[] payload);

  /** @param payload at most 125 bytes */
  abstract void onControl(int opcode, byte[] payload);

  /** The peer broke the protocol or a bound; the connection fails with this close code. */
  abstract void fail(int code, String why);

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf received) || deaf()) {
      ReferenceCountUtil.release(message);
      return;
    }
    decode(ctx, received);
  }

  /** Goes on with what is kept. */
  final void decodeKept(ChannelHandlerContext ctx) {
    if (kept != null && !decoding) {
      decode(ctx, Unpooled.EMPTY_BUFFER);
    }
  }

  private void decode(ChannelHandlerContext ctx, ByteBuf received) {
    ByteBuf in = received;
    if (kept != null) {
      in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), kept, received);
      kept = null;
    }
    boolean done = false;
    decoding = true;
    try {
      while (in.isReadable() && decodes() && readFrame(in)) {}
      done = true;
    } finally {
      decoding = false;
      if (done && in.isReadable() && !deaf()) {
        keep(in);
      } else {
        in.release();
      }
    }
  }

  private void keep(ByteBuf in) {
    if (in.readableBytes() <= MAX_KEPT) {
      // A few bytes must not pin a whole receive buffer.
      byte[] few = new byte[in.readableBytes()];
      in.readBytes(few);
      in.release();
      kept = Unpooled.wrappedBuffer(few);
    } else {
      kept = in;
    }
  }

  /** @return false if more bytes are needed */
  private boolean readFrame(ByteBuf in) {
    MessageAssembly current = assembly;
    if (current != null && current.remaining() > 0) {
      current.read(in);
      return finishFrame(current);
    }
    int readable = in.readableBytes();
    if (readable < 2) {
      return false;
    }
    int at = in.readerIndex();
    int first = in.getUnsignedByte(at);
    int second = in.getUnsignedByte(at + 1);
    String fault = fault(first, second);
    if (fault != null) {
      fail(1002, fault);
      return false;
    }
    long length = second & 0x7f;
    int headerSize = length == 126 ? 8 : length == 127 ? 14 : 6;
    if (readable < headerSize) {
      return false;
    }
    if (length >= 126) {
      long announced = length == 126 ? in.getUnsignedShort(at + 2) : in.getLong(at + 2);
      if (announced < (length == 126 ? 126 : 65536)) {
        fail(1002, "the frame length is not in its shortest form"); // or negative, RFC 6455 §5.2
        return false;
      }
      length = announced;
    }
    int mask = in.getInt(at + headerSize - 4);
    if ((first & 0x08) != 0) {
      return readControl(in, first & 0x0f, headerSize, (int) length, mask);
    }
    return readData(in, first, headerSize, length, mask);
  }

  private boolean readControl(ByteBuf in, int opcode, int headerSize, int length, int mask) {
    if (in.readableBytes() < headerSize + length) {
      return false;
    }
    in.skipBytes(headerSize);
    onControl(opcode, payload(in, length, mask));
    return true;
  }

  private boolean readData(ByteBuf in, int first, int headerSize, long length, int mask) {
    MessageAssembly current = assembly;
    if (length > maxMessageBytes - (current == null ? 0 : current.length())) {
      fail(1009, "a message may have at most " + maxMessageBytes + " bytes");
      return false;
    }
    in.skipBytes(headerSize);
    boolean fin = (first & FIN) != 0;
    if (current == null && fin && length <= in.readableBytes()) {
      onData(first & 0x0f, (first & RSV1) != 0, payload(in, (int) length, mask));
      return true;
    }
    if (current == null) {
      current = new Assembly(first & 0x0f, (first & RSV1) != 0);
      assembly = current;
      lane.deadlines.start(current, lane.host.requestNanos);
    }
    current.beginFrame((int) length, mask, fin);
    if (current.fragments > MAX_FRAGMENTS) {
      fail(1008, "a message may have at most " + MAX_FRAGMENTS + " fragments");
      return false;
    }
    current.read(in);
    return finishFrame(current);
  }

  private boolean finishFrame(MessageAssembly current) {
    if (current.complete()) {
      forget();
      onData(current.opcode, current.compressed, current.bytes());
    }
    return true;
  }

  private static byte[] payload(ByteBuf in, int length, int mask) {
    byte[] payload = new byte[length];
    in.readBytes(payload);
    Masking.apply(mask, payload, 0, length);
    return payload;
  }

  /** What is wrong with the first two bytes of a frame, or null. */
  private @Nullable String fault(int first, int second) {
    int opcode = first & 0x0f;
    boolean control = (opcode & 0x08) != 0;
    if ((first & 0x30) != 0
        || (first & RSV1) != 0 && (!inflates() || control || opcode == CONTINUATION)) {
      return "a reserved bit is set";
    }
    if ((second & MASKED) == 0) {
      return "the frame is not masked";
    }
    if (control) {
      if (opcode > PONG) {
        return "unknown opcode " + opcode;
      }
      return (first & FIN) == 0 || (second & 0x7f) > MAX_CONTROL_PAYLOAD
          ? "the control frame is too long"
          : null;
    }
    if (opcode > BINARY) {
      return "unknown opcode " + opcode;
    }
    if (opcode == CONTINUATION == (assembly == null)) {
      return assembly == null
          ? "there is no message to continue"
          : "a message began inside another";
    }
    return null;
  }

  /** Drops the message that is under way. */
  final void forget() {
    if (assembly != null) {
      lane.deadlines.stop(assembly);
      assembly = null;
    }
  }

  /** Drops all that has arrived. */
  final void forgetAll() {
    forget();
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }

  private final class Assembly extends MessageAssembly {
    Assembly(int opcode, boolean compressed) {
      super(opcode, compressed);
    }

    @Override
    void expired() {
      fail(1008, "the message was not complete in time");
    }
  }
}
