package dev.parley.server.internal;

import dev.parley.Admission;
import dev.parley.ErrorHandler;
import dev.parley.Namespace;
import dev.parley.RoomListener;
import dev.parley.ServerEventHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What was registered on a namespace; the children of a dynamic namespace share their parent's. Thread-safe. */
final class NamespaceSetup {
  final HandlerTable handlers;
  final List<Admission> admissions = new CopyOnWriteArrayList<>();
  final List<Namespace.ConnectHandler> onConnect = new CopyOnWriteArrayList<>();
  final Map<String, ServerEventHandler> serverSide = new ConcurrentHashMap<>();
  final List<RoomListener> onRoom = new CopyOnWriteArrayList<>();
  volatile @Nullable ErrorHandler onError;

  NamespaceSetup(String name) {
    this.handlers = new HandlerTable("the namespace " + name);
  }
}
