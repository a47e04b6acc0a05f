package dev.parley.conformance;

import dev.parley.AckReport;
import dev.parley.Args;
import dev.parley.Broadcast;
import dev.parley.DataKey;
import dev.parley.MissingNodesException;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.RemoteSocket;
import dev.parley.Socket;
import dev.parley.cluster.Cluster;
import dev.parley.cluster.ClusterOptions;
import dev.parley.cluster.ParleyEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node of a cluster whose clients make it do all that a cluster can; {@code cluster/node-server.js} does the same on Node.
 */
record ClusterServer(String bus) implements Setup {
  private static final DataKey<String> NAME =
      DataKey.named("name", String.class).shownInCluster();
  private static final DataKey<Object> PROFILE =
      DataKey.named("profile", Object.class).shownInCluster();

  /** @param from who speaks: the server, unless it is {@code emitter} or {@code asking emitter} */
  record Choice(
      @Nullable String from,
      @Nullable List<String> rooms,
      @Nullable List<String> except,
      @Nullable Long timeout,
      @Nullable Boolean local) {}

  @Override
  public Parley build(ParleyBuilder builder) {
    Cluster cluster = Cluster.at(bus, ClusterOptions.DEFAULT.withShowSecrets(true));
    Parley parley = builder.adapter(cluster).build();
    ParleyEmitter emitter = ParleyEmitter.at(bus);
    ParleyEmitter asking = ParleyEmitter.builder(bus).replies().build();
    for (String name : List.of("/", "/side")) {
      Namespace namespace = parley.of(name);
      new Actions(namespace, emitter.of(name), asking.of(name)).addTo(namespace);
      namespace.onCall("health", (socket, args) -> cluster.health());
    }
    return parley;
  }

  private record Actions(Namespace server, ParleyEmitter emitter, ParleyEmitter asking) {
    void addTo(Namespace namespace) {
      namespace.on("join", (socket, args) -> socket.join(strings(args, 0)));
      namespace.on("leave", (socket, args) -> socket.leave(strings(args, 0)));
      namespace.on("describe", (socket, args) -> {
        socket.data(NAME, args.get(0, String.class));
        socket.data(PROFILE, args.get(1, Object.class));
      });
      namespace.on("say", this::say);
      namespace.on("emit", (socket, args) -> chosen(args).emit(text(args, 1), from(2, args)));
      namespace.onCall(
          "ask",
          (socket, args) ->
              chosen(args).emitWithAck(text(args, 1), from(2, args)).thenApply(Actions::shown));
      namespace.onCall(
          "fetch",
          (socket, args) -> whole(
              "sockets",
              chosen(args).fetchSockets().thenApply(Actions::shown),
              missing -> shown(missing.sockets())));
      namespace.on("sockets join", (socket, args) -> chosen(args).socketsJoin(strings(args, 1)));
      namespace.on("sockets leave", (socket, args) -> chosen(args).socketsLeave(strings(args, 1)));
      namespace.on(
          "disconnect sockets",
          (socket, args) ->
              chosen(args).disconnectSockets(Boolean.TRUE.equals(args.get(1, Boolean.class))));
      namespace.on("tell servers", this::tellServers);
      namespace.onCall("ask servers", this::askServers);
      namespace.onCall("remote", this::remote);
      namespace.onServerSideEvent("greet", args -> {
        namespace.local().emit("greeted", args.toList().toArray());
        return Map.of("by", "parley", "args", args.toList());
      });
    }

    private void say(Socket socket, Args args) {
      server.to(strings(args, 0)).emit("said", from(1, args));
    }

    private void tellServers(Socket socket, Args args) {
      if ("emitter".equals(choice(args).from)) {
        emitter.serverSideEmit(text(args, 1), from(2, args));
      } else {
        server.serverSideEmit(text(args, 1), from(2, args));
      }
    }

    private Object askServers(Socket socket, Args args) {
      CompletableFuture<List<Args>> answers = "asking emitter".equals(choice(args).from)
          ? asking.serverSideEmitWithAck(text(args, 1), from(2, args))
          : server.serverSideEmitWithAck(text(args, 1), from(2, args));
      return whole(
          "answers", answers.thenApply(Actions::firsts), missing -> firsts(missing.answers()));
    }

    /** Does something to a socket of another node: id, what, arguments. */
    private Object remote(Socket socket, Args args) {
      return server.to(text(args, 0)).fetchSockets().thenCompose(found -> {
        RemoteSocket other = found.get(0);
        switch (text(args, 1)) {
          case "emit" -> other.emit(text(args, 2), from(3, args));
          case "join" -> other.join(strings(args, 2));
          case "leave" -> other.leave(strings(args, 2));
          case "disconnect" -> other.disconnect(true);
          case "ask" -> {
            return other
                .timeout(Duration.ofSeconds(5))
                .emitWithAck(text(args, 2), from(3, args))
                .thenApply(values -> values.get(0, Object.class));
          }
          default -> throw new IllegalArgumentException("no action " + text(args, 1));
        }
        return CompletableFuture.completedFuture(found.size());
      });
    }

    private static Choice choice(Args args) {
      Choice choice = args.get(0, Choice.class);
      return choice == null ? new Choice(null, null, null, null, null) : choice;
    }

    private Broadcast chosen(Args args) {
      Choice choice = choice(args);
      Broadcast all = "emitter".equals(choice.from)
          ? emitter
          : "asking emitter".equals(choice.from) ? asking : server;
      if (choice.rooms != null) {
        all = all.to(choice.rooms.toArray(String[]::new));
      }
      if (choice.except != null) {
        all = all.except(choice.except.toArray(String[]::new));
      }
      if (choice.timeout != null) {
        all = all.timeout(Duration.ofMillis(choice.timeout));
      }
      return Boolean.TRUE.equals(choice.local) ? all.local() : all;
    }

    private static Map<String, Object> shown(AckReport report) {
      List<@Nullable Object> answers = new ArrayList<>();
      report.answers().forEach(answer -> answers.add(answer.values().get(0, Object.class)));
      return Map.of("answers", answers, "complete", report.complete());
    }

    private static List<Map<String, Object>> shown(List<RemoteSocket> sockets) {
      return sockets.stream().map(Actions::shown).toList();
    }

    private static Map<String, Object> shown(RemoteSocket socket) {
      Map<String, @Nullable Object> data = new LinkedHashMap<>();
      data.put("name", socket.data(NAME));
      data.put("profile", socket.data(PROFILE));
      data.values().removeIf(value -> value == null);
      return Map.of(
          "id", socket.id(),
          "handshake", HandshakeJson.of(socket.handshake()),
          "rooms", socket.rooms(),
          "data", data);
    }

    private static List<@Nullable Object> firsts(List<Args> answers) {
      List<@Nullable Object> values = new ArrayList<>();
      answers.forEach(answer -> values.add(answer.get(0, Object.class)));
      return values;
    }

    /** Answers what there is under a name, and the error beside it if something is missing. */
    private static <T> CompletableFuture<Map<String, Object>> whole(
        String name, CompletableFuture<T> result, Function<MissingNodesException, T> partial) {
      return result.handle((all, error) -> {
        Throwable cause = error instanceof CompletionException ? error.getCause() : error;
        if (cause instanceof MissingNodesException missing) {
          return Map.of(name, partial.apply(missing), "error", missing.getMessage());
        }
        return cause == null ? Map.of(name, all) : Map.of("error", cause.toString());
      });
    }

    private static String text(Args args, int index) {
      String text = args.get(index, String.class);
      if (text == null) {
        throw new IllegalArgumentException("argument " + index + " is missing");
      }
      return text;
    }

    private static String[] strings(Args args, int index) {
      String[] strings = args.get(index, String[].class);
      return strings == null ? new String[0] : strings;
    }

    private static @Nullable Object[] from(int index, Args args) {
      return args.toList().subList(index, args.size()).toArray();
    }
  }
}
