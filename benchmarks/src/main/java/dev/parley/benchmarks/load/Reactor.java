package dev.parley.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.function.BooleanSupplier;

/** The one thread of the generator: it connects, waits for readiness and hands arrived bytes to their connection. */
final class Reactor implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 18;

  /** Clients of one address; beyond that a client's address runs out of ports. */
  private static final int CLIENTS_PER_ADDRESS = 10_000;

  /** Addresses that connections are spread over when they come and go, because a closed one keeps its port for a while. */
  private static final int ADDRESSES = 200;

  private final Selector selector;
  private final int port;
  private final int speakingPort;
  private final ByteBuffer arrived = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private int connections;

  /** @param speakingPort where a peer of {@link #connectElsewhere} connects */
  Reactor(int port, int speakingPort) {
    this.port = port;
    this.speakingPort = speakingPort;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new LoadFailure("no selector", e);
    }
  }

  int port() {
    return port;
  }

  /** A cleared buffer to build a write in; valid until the next call. */
  ByteBuffer scratch() {
    return scratch.clear();
  }

  /** Whether there is another node to speak on. */
  boolean hasElsewhere() {
    return speakingPort != port;
  }

  /** Starts to connect; {@link Peer#opened} follows. */
  void connect(Peer peer) {
    connect(peer, port);
  }

  /** The same, to the node where one client speaks. */
  void connectElsewhere(Peer peer) {
    connect(peer, speakingPort);
  }

  private void connect(Peer peer, int to) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      int n = connections++;
      String address = "127.0.0."
          + (1 + (peer.comesAndGoes() ? n % ADDRESSES : n / CLIENTS_PER_ADDRESS % ADDRESSES));
      peer.key = channel.register(selector, SelectionKey.OP_CONNECT, peer);
      if (channel.connect(new InetSocketAddress(address, to))) {
        finishConnect(peer);
      }
    } catch (IOException e) {
      throw new LoadFailure("cannot connect to port " + to, e);
    }
  }

  /** Works until the condition holds. @throws LoadFailure if it does not within this time */
  void runUntil(BooleanSupplier done, double seconds, String what) {
    long deadline = System.nanoTime() + (long) (seconds * 1e9);
    while (!done.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new LoadFailure("waited " + seconds + " s for " + what);
      }
      turn(Math.min(100, 1 + left / 1_000_000));
    }
  }

  /** Works for this long. */
  void runFor(double seconds) {
    long deadline = System.nanoTime() + (long) (seconds * 1e9);
    long left;
    while ((left = deadline - System.nanoTime()) > 0) {
      turn(1 + left / 1_000_000);
    }
  }

  /** Handles what is ready, waiting at most this long for something; 0 does not wait. */
  void turn(long millis) {
    try {
      if (millis == 0) {
        selector.selectNow(this::handle);
      } else {
        selector.select(this::handle, millis);
      }
    } catch (IOException e) {
      throw new LoadFailure("select failed", e);
    }
  }

  private void handle(SelectionKey key) {
    Peer peer = (Peer) key.attachment();
    try {
      if (key.isReadable()) {
        read(peer, (SocketChannel) key.channel());
      } else if (key.isConnectable()) {
        finishConnect(peer);
      }
      if (key.isValid() && key.isWritable()) {
        peer.writeRest();
      }
    } catch (IOException e) {
      peer.broken(e);
    }
  }

  private static void finishConnect(Peer peer) throws IOException {
    SocketChannel channel = (SocketChannel) peer.key().channel();
    if (!channel.isConnected() && !channel.finishConnect()) {
      return;
    }
    peer.key().interestOps(SelectionKey.OP_READ);
    peer.opened();
  }

  private void read(Peer peer, SocketChannel channel) throws IOException {
    arrived.clear();
    peer.putBack(arrived);
    int count = channel.read(arrived);
    if (count < 0) {
      peer.close();
      peer.ended();
      return;
    }
    peer.received(arrived.flip());
  }

  @Override
  public void close() {
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new LoadFailure("cannot close", e);
    }
  }
}
