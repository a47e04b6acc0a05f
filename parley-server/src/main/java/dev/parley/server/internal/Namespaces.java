package dev.parley.server.internal;

import dev.parley.Handshake;
import dev.parley.Namespace;
import dev.parley.NamespaceMatcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The namespaces of a server, and the parents of those that may come. Thread-safe. */
final class Namespaces {
  private static final System.Logger LOG = System.getLogger(Namespace.class.getName());

  private final ServerConfig config;
  private final PacketWriter packets;
  private final Map<String, LocalNamespace> byName = new ConcurrentHashMap<>();
  private final List<ParentNamespace> parents = new CopyOnWriteArrayList<>();

  Namespaces(ServerConfig config, PacketWriter packets) {
    this.config = config;
    this.packets = packets;
  }

  LocalNamespace of(String name) {
    String slashed = name.startsWith("/") ? name : "/" + name;
    int longest = config.limits().maxNamespaceLength();
    if (slashed.length() > longest || slashed.indexOf(',') >= 0 || slashed.indexOf('?') >= 0) {
      throw new IllegalArgumentException("namespace \"" + name + "\" must be at most " + longest
          + " characters, and hold no comma and no question mark");
    }
    LocalNamespace[] created = new LocalNamespace[1];
    LocalNamespace namespace = byName.computeIfAbsent(slashed, key -> {
      created[0] =
          new LocalNamespace(key, new NamespaceSetup(key), packets, config.adapter(), null);
      return created[0];
    });
    announce(created[0]);
    return namespace;
  }

  Namespace of(Pattern pattern) {
    return add("pattern " + pattern, (name, handshake) -> pattern.matcher(name).matches());
  }

  Namespace of(NamespaceMatcher matcher) {
    return add("matcher " + parents.size(), matcher);
  }

  private Namespace add(String name, NamespaceMatcher matcher) {
    ParentNamespace parent = new ParentNamespace(name, matcher, packets.payloads());
    parents.add(parent);
    return parent;
  }

  /** A client is about to be let into this namespace: the first one makes a child of a dynamic namespace known. */
  void opened(LocalNamespace namespace) {
    if (namespace.open(!config.cleanupEmptyChildNamespaces())) {
      announce(namespace);
    }
  }

  private void announce(@Nullable LocalNamespace created) {
    if (created != null && config.onNamespace() != null && !created.name().equals("/")) {
      config.onNamespace().accept(created);
    }
  }

  boolean hasParents() {
    return !parents.isEmpty();
  }

  /** The namespace of this name, kept for the caller until it is released; null if there is none. */
  @Nullable
  LocalNamespace acquire(String name) {
    LocalNamespace known = byName.get(name);
    return known != null && known.acquire() ? known : null;
  }

  /** The namespace of this name, made now if a parent wants it, and kept for the caller. Runs the user's matchers. */
  @Nullable
  LocalNamespace acquireChild(String name, Handshake handshake) {
    for (ParentNamespace parent : parents) {
      if (matches(parent, name, handshake)) {
        return acquireChild(name, parent);
      }
    }
    return acquire(name);
  }

  private static boolean matches(ParentNamespace parent, String name, Handshake handshake) {
    try {
      return parent.matcher().matches(name, handshake);
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.ERROR, "the matcher of a dynamic namespace failed", e);
      return false;
    }
  }

  private LocalNamespace acquireChild(String name, ParentNamespace parent) {
    while (true) {
      LocalNamespace child = byName.computeIfAbsent(name, key -> child(key, parent));
      if (child.acquire()) {
        return child;
      }
      // It emptied and went away in between; the next one is new.
    }
  }

  private LocalNamespace child(String name, ParentNamespace parent) {
    LocalNamespace child = new LocalNamespace(
        name, parent.setup(), packets, config.adapter(), () -> remove(name, parent));
    parent.add(child);
    return child;
  }

  private void remove(String name, ParentNamespace parent) {
    LocalNamespace gone = byName.remove(name);
    if (gone != null) {
      parent.remove(gone);
    }
  }

  Stream<Namespace> all() {
    return byName.values().stream().map(namespace -> namespace);
  }

  void close() {
    byName.values().forEach(LocalNamespace::close);
    config.adapter().close();
  }
}
