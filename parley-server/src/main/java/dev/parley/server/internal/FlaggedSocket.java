package dev.parley.server.internal;

import dev.parley.Args;
import dev.parley.Call;
import dev.parley.DataKey;
import dev.parley.Handshake;
import dev.parley.RemoteSocket;
import dev.parley.server.adapter.Flags;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A local socket, seen through flags. */
record FlaggedSocket(LocalSocket socket, Flags flags) implements RemoteSocket {
  static FlaggedSocket of(LocalSocket socket) {
    return new FlaggedSocket(socket, Flags.DEFAULT);
  }

  @Override
  public RemoteSocket asVolatile() {
    return new FlaggedSocket(socket, new Flags(false, true, flags.compress(), flags.timeout()));
  }

  @Override
  public RemoteSocket compress(boolean compress) {
    return new FlaggedSocket(
        socket, new Flags(false, flags.isVolatile(), compress, flags.timeout()));
  }

  @Override
  public RemoteSocket timeout(Duration timeout) {
    return new FlaggedSocket(
        socket,
        new Flags(false, flags.isVolatile(), flags.compress(), LocalSocket.checkTimeout(timeout)));
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    socket.emit(flags, event, args);
  }

  @Override
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return socket.emitWithAck(flags, event, args);
  }

  @Override
  public <T, R> CompletableFuture<R> call(Call<T, R> call, T payload) {
    return socket.call(flags, call, payload);
  }

  @Override
  public String id() {
    return socket.id();
  }

  @Override
  public Handshake handshake() {
    return socket.handshake();
  }

  @Override
  public Set<String> rooms() {
    return socket.rooms();
  }

  @Override
  public <T> @Nullable T data(DataKey<T> key) {
    return socket.data(key);
  }

  @Override
  public void join(String... rooms) {
    socket.join(rooms);
  }

  @Override
  public void leave(String... rooms) {
    socket.leave(rooms);
  }

  @Override
  public void disconnect(boolean close) {
    socket.disconnect(close);
  }
}
