package dev.parley.test;

import dev.parley.protocol.engineio.EngineCodec;
import dev.parley.protocol.engineio.Message;
import dev.parley.protocol.engineio.Revision;
import dev.parley.server.transport.Lane;
import dev.parley.server.transport.Outgoing;
import dev.parley.server.transport.WebSocketHandler;
import dev.parley.server.transport.WebSocketLink;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket in memory. The server's side belongs to the lane, the client's to the test; both run on the test's thread, and
 * each message travels from one to the other as a task of its own.
 */
final class MemoryLink implements WebSocketLink {
  private static final int BROKEN = 1006;
  private static final int TOO_LARGE = 1009;

  /** How long a client may take to answer a close frame, as on a real host. */
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final MemoryHost host;
  private final MemoryLane lane;
  private final WebSocketHandler handler;
  private final int maxMessageBytes;
  private final ClientNetwork.LinkListener client;

  /** Written and not flushed; then flushed and not taken by the client. */
  private final Queue<Runnable> written = new ArrayDeque<>();

  private final Queue<Runnable> flushed = new ArrayDeque<>();
  private long pendingBytes;
  private boolean writable = true;

  /** What the client sent and the server does not read yet. */
  private final Queue<Runnable> unread = new ArrayDeque<>();

  private boolean reading = true;
  private boolean closeSent;
  private boolean closed;

  private boolean clientReads = true;
  private boolean clientClosed;

  MemoryLink(
      MemoryHost host,
      MemoryLane lane,
      WebSocketHandler handler,
      int maxMessageBytes,
      ClientNetwork.LinkListener client) {
    this.host = host;
    this.lane = lane;
    this.handler = handler;
    this.maxMessageBytes = maxMessageBytes;
    this.client = client;
  }

  void open() {
    host.add(this);
    handler.onOpen(this);
  }

  @Override
  public Lane lane() {
    return lane;
  }

  @Override
  public void write(Outgoing packet, Revision revision, boolean base64) {
    lane.requireLane("write to a WebSocket");
    if (closeSent || closed) {
      return;
    }
    Message frame = base64
        ? EngineCodec.of(revision).encodeFrame(packet.packet(), true)
        : packet.<Message>frame(revision, host::encoded);
    count(frame.length());
    written.add(() -> {
      client.onMessage(frame);
      taken(frame.length());
    });
  }

  private void count(int bytes) {
    pendingBytes += bytes;
    if (pendingBytes > host.highWaterMark()) {
      writable = false;
    }
  }

  private void taken(int bytes) {
    pendingBytes -= bytes;
    if (!writable && pendingBytes <= host.highWaterMark() / 2) {
      writable = true;
      toLane(() -> {
        if (!closed && writable) {
          handler.onWritable();
        }
      });
    }
  }

  @Override
  public void flush() {
    lane.requireLane("flush a WebSocket");
    if (!written.isEmpty()) {
      flushed.addAll(written);
      written.clear();
      host.toClients(this::deliver);
    }
  }

  /** What was flushed reaches the client, as long as that reads. */
  private void deliver() {
    while (clientReads && !clientClosed && !flushed.isEmpty()) {
      flushed.remove().run();
    }
  }

  @Override
  public boolean writable() {
    lane.requireLane("ask whether a WebSocket is writable");
    return writable;
  }

  @Override
  public long pendingBytes() {
    lane.requireLane("ask for pending bytes");
    return pendingBytes;
  }

  @Override
  public void reading(boolean on) {
    lane.requireLane("stop or start reading");
    reading = on;
    if (on) {
      toLane(this::readOn);
    }
  }

  private void readOn() {
    while (reading && !unread.isEmpty()) {
      unread.remove().run();
    }
  }

  @Override
  public void close(int code, String reason) {
    lane.requireLane("close a WebSocket");
    if (!closeSent && !closed) {
      sendClose(code, reason);
      reading(true);
      lane.schedule(this::abort, CLOSE_NANOS);
    }
  }

  private void sendClose(int code, String reason) {
    closeSent = true;
    written.add(() -> {
      clientClosed = true;
      client.onClose(code, reason);
      toLane(() -> ended(code, null));
    });
    flush();
  }

  @Override
  public void abort() {
    lane.requireLane("abort a WebSocket");
    if (!closed) {
      closeSent = true;
      flushed.clear();
      toLane(() -> ended(BROKEN, new IOException("this side cut the connection")));
      host.toClients(this::breakClient);
    }
  }

  private void breakClient() {
    if (!clientClosed) {
      clientClosed = true;
      client.onClose(BROKEN, "");
    }
  }

  private void ended(int code, @Nullable Throwable cause) {
    if (!closed) {
      closed = true;
      host.remove(this);
      handler.onClose(code, cause);
    }
  }

  private void toLane(Runnable action) {
    if (!host.isClosed()) {
      lane.execute(action);
    }
  }

  /** Something from the client, which waits while the server does not read. On the lane. */
  private void arrived(Runnable action) {
    if (reading && unread.isEmpty()) {
      action.run();
    } else {
      unread.add(action);
    }
  }

  /** On the lane. */
  void receive(Message message) {
    arrived(() -> {
      if (closed || closeSent) {
        return;
      }
      if (message.length() > maxMessageBytes) {
        fail(message.length());
      } else {
        handler.onMessage(message);
      }
    });
  }

  private void fail(int length) {
    String why = "a message of " + length + " bytes, at most " + maxMessageBytes + " are allowed";
    sendClose(TOO_LARGE, "");
    ended(TOO_LARGE, new IOException(why));
  }

  /** The client's close frame. On the lane. */
  void receiveClose(int code) {
    arrived(() -> {
      if (!closed && !closeSent) {
        sendClose(code, "");
        ended(code, null);
      }
    });
  }

  /** The connection broke. On the lane. */
  void peerGone() {
    clientClosed = true;
    ended(BROKEN, new IOException("the client went away"));
  }

  /** The host closes. On the lane. */
  void hostGone() {
    if (!closed) {
      if (!closeSent) {
        sendClose(1001, "");
      }
      ended(BROKEN, new IOException("the host closed"));
    }
  }

  /** The client stops or starts to take what was sent. On the test's thread. */
  void clientReads(boolean on) {
    clientReads = on;
    if (on) {
      host.toClients(this::deliver);
    }
  }
}
