package dev.parley.conformance;

import dev.parley.Args;
import dev.parley.EngineOptions;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Refused;
import dev.parley.WireFormat;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A bit of everything, for our own runs of real clients and for the hostile ones. */
record DemoServer(WireFormat wireFormat) implements Setup {
  @Override
  public Parley build(ParleyBuilder builder) {
    EngineEcho echo = new EngineEcho();
    Debug debug = new Debug(echo);
    Parley parley = builder
        .wireFormat(wireFormat)
        .engine(e -> e.pingInterval(Duration.ofMillis(2000)).pingTimeout(Duration.ofMillis(3000)))
        .connectTimeout(Duration.ofMillis(3000))
        .origins("http://good.example")
        .engine(EngineOptions.defaults().perMessageDeflate(1024), echo)
        .http(debug::handle)
        .build();
    debug.parley = parley;
    parley.of("/admin").admit(attempt -> {
      if (!"secret".equals(attempt.auth().text("token"))) {
        throw new Refused("not authorized", Map.of("hint", "token"));
      }
    });
    for (String name : List.of("/", "/chat", "/admin")) {
      fill(parley.of(name));
    }
    return parley;
  }

  private static void fill(Namespace namespace) {
    namespace.onConnect(
        socket -> socket.emit("welcome", Map.of("nsp", namespace.name(), "text", "welcome")));
    namespace.on("echo", (socket, args) -> socket.emit("echo", args));
    namespace.onCall("ack", (socket, args) -> args);
    namespace.on(
        "ask",
        (socket, args) -> socket
            .emitWithAck("question", args)
            .thenAccept(answer -> socket.emit("answer", answer)));
    namespace.onCall(
        "whoami",
        (socket, args) ->
            Map.of("id", socket.id(), "transport", socket.transport().wire()));
    namespace.onCall(
        "online",
        String.class,
        (socket, id) -> id != null && namespace.socket(id).isPresent());
    namespace.onCall("join", String.class, (socket, room) -> {
      socket.join(room);
      return "joined";
    });
    namespace.onCall("leave", String.class, (socket, room) -> {
      socket.leave(room);
      return "left";
    });
    namespace.on("shout", (socket, args) -> socket.to(room(args)).emit("shout", rest(args)));
    namespace.on(
        "announce", (socket, args) -> namespace.to(room(args)).emit("announce", rest(args)));
    namespace.on("kick", (socket, args) -> socket.disconnect());
    namespace.on("dismiss", (socket, args) -> {
      socket.emit("echo", args);
      socket.disconnect(true);
    });
    namespace.on("drop", (socket, args) -> socket.closeConnection());
  }

  private static String room(Args args) {
    String room = args.get(0, String.class);
    if (room == null) {
      throw new IllegalArgumentException("no room was named");
    }
    return room;
  }

  private static @Nullable Object[] rest(Args args) {
    return args.toList().subList(1, args.size()).toArray();
  }

  /** Answers {@code GET /debug}. */
  private static final class Debug {
    private final EngineEcho echo;
    private volatile @Nullable Parley parley;

    Debug(EngineEcho echo) {
      this.echo = echo;
    }

    HttpResponse handle(HttpRequest request, byte[] body) {
      Parley parley = this.parley;
      if (parley == null || !request.path().equals("/debug")) {
        return HttpResponse.text(404, "Not Found");
      }
      System.gc();
      Map<String, Long> counts = Map.of(
          "clients", (long) parley.clientsCount() + echo.clients(),
          "sockets", parley.namespaces().mapToLong(Namespace::size).sum(),
          "namespaces", parley.namespaces().count(),
          "memory", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          "direct", directMemory());
      return HttpResponse.json(200, JsonMapper.shared().writeValueAsString(counts));
    }

    private static long directMemory() {
      return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .mapToLong(BufferPoolMXBean::getMemoryUsed)
          .sum();
    }
  }
}
