package dev.parley.server.internal;

import dev.parley.NamespaceMatcher;
import dev.parley.Socket;
import dev.parley.server.adapter.Adapter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A dynamic namespace: what is registered on it holds for all its children, what is emitted reaches the sockets of all. */
final class ParentNamespace extends NamespaceBase {
  private final NamespaceMatcher matcher;
  private final Payloads payloads;
  private final Set<LocalNamespace> children = ConcurrentHashMap.newKeySet();

  ParentNamespace(String name, NamespaceMatcher matcher, Payloads payloads) {
    super(name, new NamespaceSetup(name));
    this.matcher = matcher;
    this.payloads = payloads;
  }

  NamespaceMatcher matcher() {
    return matcher;
  }

  void add(LocalNamespace child) {
    children.add(child);
  }

  void remove(LocalNamespace child) {
    children.remove(child);
  }

  @Override
  Payloads payloads() {
    return payloads;
  }

  @Override
  List<Adapter> adapters() {
    return children.stream().flatMap(child -> child.adapters().stream()).toList();
  }

  @Override
  public Stream<Socket> sockets() {
    return children.stream().flatMap(LocalNamespace::sockets);
  }

  @Override
  public int size() {
    return children.stream().mapToInt(LocalNamespace::size).sum();
  }

  @Override
  public Optional<Socket> socket(String id) {
    return children.stream().flatMap(child -> child.socket(id).stream()).findFirst();
  }

  @Override
  public Set<String> rooms() {
    return children.stream()
        .flatMap(child -> child.rooms().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Set<String> sockets(String room) {
    return children.stream()
        .flatMap(child -> child.sockets(room).stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
