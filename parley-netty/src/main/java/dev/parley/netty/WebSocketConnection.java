package dev.parley.netty;

import dev.parley.netty.Deflate.TooLongException;
import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket: the only handler of its channel, TLS apart, and the link that the server writes to. Several
 * small frames that are written between two flushes are gathered in one buffer, so that the kernel gets one piece and
 * not a list of small ones; a lone frame and a large one go out as they are, from a buffer that may be shared. Lane
 * only.
 */
final class WebSocketConnection extends WebSocketDecoder implements WebSocketLink {
  static final int NO_DEFLATE = -1;

  private static final System.Logger LOG = System.getLogger("dev.parley.netty");
  private static final Function<Message, Frame> FRAME = Frame::of;
  private static final int MAX_GATHERED_FRAME = 2 * 1024;
  private static final int FIRST_GATHER_BYTES = 512;
  private static final int GATHER_BYTES = 8 * 1024;
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int BROKEN = 1006;
  private static final IOException GONE = new Broken("the peer left without a close frame");
  private static final IOException CUT = new Broken("this side cut the connection");

  private final WebSocketHandler handler;
  private final int deflateThreshold;
  private @Nullable ChannelHandlerContext ctx;

  /** The only frame written since the last flush. */
  private @Nullable Frame lone;

  /** The frames written since the last flush, if there are several. */
  private @Nullable ByteBuf gathered;

  /** The latest ping that came while the peer did not read our answers. */
  private byte @Nullable [] unansweredPing;

  private boolean reading = true;
  private boolean pongWaits;
  private boolean flushing;
  private boolean closeSent;

  /** {@link WebSocketHandler#onClose} has been called. */
  private boolean closed;

  /** Runs from our close frame to the end. */
  private @Nullable PatientDeadline closing;

  private @Nullable Throwable cause;

  WebSocketConnection(
      NettyLane lane, WebSocketHandler handler, int maxMessageBytes, int deflateThreshold) {
    super(lane, maxMessageBytes);
    this.handler = handler;
    this.deflateThreshold = deflateThreshold;
  }

  @Override
  ChannelHandlerContext context() {
    return ctx;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ctx = context;
  }

  /** The 101 is written: the server may write what comes next, and all goes out together. */
  void open() {
    try {
      handler.onOpen(this);
    } catch (RuntimeException e) {
      handlerFailed(e);
    }
    flush();
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public void write(Outgoing packet, Revision revision, boolean base64) {
    if (closeSent || closed) {
      return;
    }
    Frame frame = base64 && !packet.packet().data().isText()
        ? Frame.of(EngineCodec.of(revision).encodeFrame(packet.packet(), true))
        : packet.frame(revision, FRAME);
    if (inflates() && packet.compress() && frame.payloadLength() >= deflateThreshold) {
      frame = frame.deflated(lane.deflate);
    }
    if (frame.size() > MAX_GATHERED_FRAME) {
      handOver();
      send(frame);
    } else if (lone == null && gathered == null) {
      lone = frame;
    } else {
      frame.writeTo(room(frame.size()));
    }
  }

  private void send(Frame frame) {
    ctx.write(lane.sharedFrames.buffer(frame, ctx.alloc()), ctx.voidPromise());
  }

  /** The gathering buffer, with room for so many bytes and behind all that was written before. */
  private ByteBuf room(int bytes) {
    Frame first = lone;
    if (first != null) {
      lone = null;
      gathered = ctx.alloc().directBuffer(Math.max(FIRST_GATHER_BYTES, first.size() + bytes));
      first.writeTo(gathered);
    } else if (gathered == null) {
      gathered = ctx.alloc().directBuffer(bytes);
    } else if (gathered.writableBytes() < bytes) {
      outgrown(gathered);
    }
    return gathered;
  }

  /** A first buffer is copied to a full one, which is cheaper than to give the kernel two; a full one is handed over. */
  private void outgrown(ByteBuf full) {
    ByteBuf next = ctx.alloc().directBuffer(GATHER_BYTES);
    if (full.capacity() < GATHER_BYTES - MAX_GATHERED_FRAME) {
      gathered = next.writeBytes(full);
      full.release();
    } else {
      handOver();
      gathered = next;
    }
  }

  private void handOver() {
    ByteBuf out = gathered;
    Frame frame = lone;
    if (out != null) {
      gathered = null;
      ctx.write(out, ctx.voidPromise());
    } else if (frame != null) {
      lone = null;
      send(frame);
    }
  }

  @Override
  public void flush() {
    handOver();
    flushing = true;
    try {
      ctx.flush();
    } finally {
      flushing = false;
    }
  }

  @Override
  public boolean writable() {
    return ctx.channel().isWritable();
  }

  @Override
  public long pendingBytes() {
    return unsentBytes()
        + (lone == null ? 0 : lone.size())
        + (gathered == null ? 0 : gathered.readableBytes());
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (flushing) {
      // Not in the middle of what the server is doing.
      lane.execute(this::nowWritable);
    } else {
      nowWritable();
    }
  }

  private void nowWritable() {
    if (closed || !writable()) {
      return;
    }
    if (unansweredPing != null) {
      writeControl(PONG, unansweredPing);
      unansweredPing = null;
      flush();
    }
    handler.onWritable();
  }

  @Override
  public void reading(boolean on) {
    if (reading != on && !closeSent && !closed) {
      setReading(on);
    }
  }

  private void setReading(boolean on) {
    reading = on;
    ctx.channel().config().setAutoRead(on);
    if (on) {
      decodeKept(ctx);
    }
  }

  @Override
  boolean decodes() {
    return reading && !closed;
  }

  @Override
  boolean deaf() {
    return closed;
  }

  @Override
  boolean inflates() {
    return deflateThreshold != NO_DEFLATE;
  }

  @Override
  void onData(int opcode, boolean compressed, byte[] payload) {
    if (closeSent) {
      return;
    }
    byte[] message = compressed ? inflated(payload) : payload;
    if (message == null) {
      return;
    }
    if (opcode == TEXT && !Utf8.isValid(message, 0, message.length)) {
      fail(1007, "the text is not UTF-8");
      return;
    }
    try {
      handler.onMessage(opcode == TEXT ? Message.text(message) : Message.binary(message));
    } catch (RuntimeException e) {
      handlerFailed(e);
    }
  }

  private byte @Nullable [] inflated(byte[] payload) {
    try {
      return lane.deflate.inflate(payload, 0, payload.length, maxMessageBytes);
    } catch (TooLongException e) {
      fail(1009, "a message may have at most " + maxMessageBytes + " bytes");
    } catch (DataFormatException e) {
      fail(1007, "the message cannot be inflated");
    }
    return null;
  }

  private void handlerFailed(RuntimeException e) {
    LOG.log(Level.ERROR, "the endpoint failed at a WebSocket event", e);
    fail(1011, "");
  }

  @Override
  void onControl(int opcode, byte[] payload) {
    if (opcode == CLOSE) {
      onPeerClose(payload);
    } else if (opcode == PING && !closeSent) {
      if (writable()) {
        writeControl(PONG, payload);
        pongWaits = true;
      } else {
        // RFC 6455 §5.5.3 asks for an answer to the latest ping only; a flood must not fill our
        // memory.
        unansweredPing = payload;
      }
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (pongWaits) {
      pongWaits = false;
      flush();
    }
  }

  private void writeControl(int opcode, byte[] payload) {
    room(payload.length + 2).writeByte(0x80 | opcode).writeByte(payload.length).writeBytes(payload);
  }

  private void sendClose(int code, String reason) {
    closeSent = true;
    writeControl(CLOSE, CloseFrame.payload(code, reason));
    flush();
  }

  private void onPeerClose(byte[] payload) {
    if (!CloseFrame.isValid(payload)) {
      fail(1002, "the close frame is not valid");
      return;
    }
    int code = CloseFrame.code(payload);
    if (!closeSent) {
      sendClose(code, "");
    }
    // RFC 6455 §7.1.1: the server closes the TCP connection first.
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    ended(code, null);
  }

  @Override
  public void close(int code, String reason) {
    if (closeSent || closed) {
      return;
    }
    sendClose(code, reason);
    closing = new PatientDeadline(this) {
      @Override
      void stuck() {
        abort();
      }
    };
    closing.start(Math.min(CLOSE_NANOS, lane.host.requestNanos));
    // Or the peer's answer would never be seen.
    setReading(true);
  }

  @Override
  public void abort() {
    cause = CUT;
    cut();
  }

  @Override
  void fail(int code, String why) {
    if (closed) {
      return;
    }
    if (!closeSent) {
      // 1009 says it all, and the official client expects it without a text.
      sendClose(code, code == 1009 ? "" : why);
    }
    ended(code, new ProtocolException(why));
    Drain.replace(this);
  }

  @Override
  void goAway() {
    if (!closeSent && !closed) {
      cause = CUT;
      sendClose(1001, "");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable broken) {
    if (cause == null) {
      cause = broken;
    }
    super.exceptionCaught(context, broken);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended(BROKEN, cause == null ? GONE : cause);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    ended(BROKEN, cause == null ? GONE : cause);
    super.handlerRemoved(context);
  }

  private void ended(int code, @Nullable Throwable why) {
    if (closed) {
      return;
    }
    closed = true;
    forgetAll();
    if (closing != null) {
      closing.stop();
    }
    lone = null;
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
    try {
      handler.onClose(code, why);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the endpoint failed at a WebSocket event", e);
    }
  }

  /** Why a connection broke; made once, without a trace, because a crowd may leave at the same time. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1;

    Broken(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
