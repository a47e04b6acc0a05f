package dev.parley.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One TCP connection of the generator. */
abstract class Peer {
  final Reactor reactor;

  @Nullable
  SelectionKey key;

  /** The start of something that has not arrived whole; empty mostly. */
  private @Nullable ByteBuffer kept;

  /** What the network did not take yet. */
  private @Nullable ByteBuffer rest;

  Peer(Reactor reactor) {
    this.reactor = reactor;
  }

  /** True if such connections are opened and closed all the time. */
  boolean comesAndGoes() {
    return false;
  }

  abstract void opened();

  /** Bytes have arrived; what is not read must be {@link #keep}ed. */
  abstract void received(ByteBuffer in);

  /** The server closed the connection. */
  abstract void ended();

  void broken(IOException cause) {
    throw new LoadFailure("a connection broke", cause);
  }

  final SelectionKey key() {
    SelectionKey known = key;
    if (known == null) {
      throw new IllegalStateException("not connected");
    }
    return known;
  }

  /** Keeps what is left until more arrives. */
  final void keep(ByteBuffer in) {
    if (in.hasRemaining()) {
      kept = ByteBuffer.allocate(in.remaining()).put(in).flip();
    }
  }

  final void putBack(ByteBuffer target) {
    if (kept != null) {
      target.put(kept);
      kept = null;
    }
  }

  /** Writes all of it, now or as soon as the network takes it. */
  final void write(ByteBuffer bytes) {
    try {
      if (rest == null) {
        ((SocketChannel) key().channel()).write(bytes);
        if (bytes.hasRemaining()) {
          rest = ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
          key().interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
      } else {
        rest = ByteBuffer.allocateDirect(rest.remaining() + bytes.remaining())
            .put(rest)
            .put(bytes)
            .flip();
      }
    } catch (IOException e) {
      broken(e);
    }
  }

  final void writeRest() throws IOException {
    ByteBuffer waiting = rest;
    if (waiting == null) {
      return;
    }
    ((SocketChannel) key().channel()).write(waiting);
    if (!waiting.hasRemaining()) {
      rest = null;
      key().interestOps(SelectionKey.OP_READ);
    }
  }

  /** Forgets what belonged to a connection that is closed, before the next one. */
  final void reset() {
    kept = null;
    rest = null;
  }

  final void close() {
    try {
      key().cancel();
      key().channel().close();
    } catch (IOException e) {
      broken(e);
    }
  }
}
