package dev.parley.server.internal;

import dev.parley.Admit;
import dev.parley.Args;
import dev.parley.Attempt;
import dev.parley.Disconnect;
import dev.parley.DisconnectReason;
import dev.parley.Handshake;
import dev.parley.OnAny;
import dev.parley.OnConnect;
import dev.parley.OnDisconnect;
import dev.parley.OnEvent;
import dev.parley.OnMessage;
import dev.parley.Socket;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;

/** What an annotated method is for. */
enum HandlerKind {
  ADMIT(Admit.class, Attempt.class),
  CONNECT(OnConnect.class, Socket.class, Handshake.class),
  DISCONNECT(OnDisconnect.class, Socket.class, Disconnect.class, DisconnectReason.class),
  ANY(OnAny.class, Socket.class, String.class, Args.class),
  EVENT(OnEvent.class, Socket.class, Args.class),
  MESSAGE(OnMessage.class, Socket.class, Args.class);

  private final Class<? extends Annotation> annotation;

  /** Types of parameters, in the order in which their values are handed to {@link HandlerMethod#invoke}. */
  private final List<Class<?>> context;

  HandlerKind(Class<? extends Annotation> annotation, Class<?>... context) {
    this.annotation = annotation;
    this.context = List.of(context);
  }

  static List<HandlerKind> of(Method method) {
    return List.of(values()).stream()
        .filter(kind -> method.isAnnotationPresent(kind.annotation))
        .toList();
  }

  /** True if it handles one event, whose arguments it takes as parameters and which it may acknowledge. */
  boolean isEvent() {
    return this == EVENT || this == MESSAGE;
  }

  /** Where a parameter of this type finds its value, or -1. */
  int indexOf(Class<?> type) {
    return context.indexOf(type);
  }

  String allowedParameters() {
    String ours = context.stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
    return isEvent() ? ours + " and the types of the event's arguments" : ours;
  }

  @Override
  public String toString() {
    return "@" + annotation.getSimpleName();
  }
}
