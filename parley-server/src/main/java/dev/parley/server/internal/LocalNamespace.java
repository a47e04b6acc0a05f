package dev.parley.server.internal;

import dev.parley.Socket;
import dev.parley.server.adapter.Adapter;
import dev.parley.server.adapter.AdapterFactory;
import dev.parley.server.adapter.Selection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A namespace that clients can be in. */
final class LocalNamespace extends NamespaceBase {
  private final PacketWriter packets;
  private final LocalAdapter local;
  private final Adapter adapter;
  private final List<Adapter> onlyAdapter;

  /** Removes this namespace; null for one that stays. */
  private final @Nullable Runnable onEmpty;

  /** A child of a dynamic namespace that no client was let into yet. Guarded by this. */
  private boolean unopened;

  /** Stays although nobody uses it. Guarded by this. */
  private boolean stays;

  /** Sockets in here and clients at the door; -1 once it is removed. Guarded by this. */
  private int users;

  LocalNamespace(
      String name,
      NamespaceSetup setup,
      PacketWriter packets,
      AdapterFactory adapters,
      @Nullable Runnable onEmpty) {
    super(name, setup);
    this.packets = packets;
    this.local = new LocalAdapter(name, setup, packets);
    this.adapter = adapters.create(local);
    this.onlyAdapter = List.of(adapter);
    this.onEmpty = onEmpty;
    this.unopened = onEmpty != null;
    this.stays = onEmpty == null;
  }

  PacketWriter packets() {
    return packets;
  }

  LocalAdapter members() {
    return local;
  }

  @Override
  List<Adapter> adapters() {
    return onlyAdapter;
  }

  @Override
  Payloads payloads() {
    return packets.payloads();
  }

  /** Keeps the namespace until {@link #release}. @return false if it was removed already */
  synchronized boolean acquire() {
    if (users < 0) {
      return false;
    }
    users++;
    return true;
  }

  /**
   * Lets the first client in; until then a child of a dynamic namespace does not stay, so that those who are refused leave
   * nothing behind.
   *
   * @param staysEmpty whether it stays from now on, though it may empty
   * @return true the first time, of a child
   */
  synchronized boolean open(boolean staysEmpty) {
    boolean first = unopened;
    unopened = false;
    stays |= staysEmpty;
    return first;
  }

  void release() {
    boolean removed;
    synchronized (this) {
      users--;
      removed = users == 0 && !stays;
      if (removed) {
        users = -1;
      }
    }
    if (removed && onEmpty != null) {
      onEmpty.run();
      adapter.close();
    }
  }

  void close() {
    adapter.close();
  }

  @Override
  public Stream<Socket> sockets() {
    return local.all().stream().map(socket -> socket);
  }

  @Override
  public int size() {
    return local.all().size();
  }

  @Override
  public Optional<Socket> socket(String id) {
    return Optional.ofNullable(local.find(id));
  }

  @Override
  public Set<String> rooms() {
    return local.rooms();
  }

  @Override
  public Set<String> sockets(String room) {
    return local.select(new Selection(Set.of(room), Set.of())).stream()
        .map(LocalSocket::id)
        .collect(Collectors.toUnmodifiableSet());
  }
}
