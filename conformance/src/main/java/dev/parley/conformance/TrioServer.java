package dev.parley.conformance;

import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.Socket;
import dev.parley.cluster.Cluster;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three servers that are one cluster, to stand behind a balancer: {@code web1}, {@code web2} and {@code web3}, each on a free
 * port. Clients join one room and say things in it.
 */
final class TrioServer implements AutoCloseable {
  private static final List<String> NAMES = List.of("web1", "web2", "web3");
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private final List<Parley> nodes = new ArrayList<>();

  /** @param bus joins the nodes */
  TrioServer(String bus) throws IOException {
    for (String name : NAMES) {
      nodes.add(start(name, bus));
    }
  }

  private static Parley start(String name, String bus) throws IOException {
    Node node = new Node(name);
    Parley parley = Parley.builder()
        .listen("127.0.0.1", 0)
        .nodeName(name)
        .engine(
            e -> e.nodeNames(NAMES.toArray(String[]::new)).nodeHeader(true).trustForwarded(true))
        .adapter(Cluster.at(bus))
        .http(node::handle)
        .build();
    node.serve(parley);
    return parley.start();
  }

  String ports() {
    return String.join(
        " ", nodes.stream().map(node -> String.valueOf(node.port())).toList());
  }

  void awaitStop() throws InterruptedException {
    for (Parley node : nodes) {
      node.awaitStop();
    }
  }

  @Override
  public void close() {
    nodes.forEach(node -> node.close(CLOSE_PATIENCE));
  }

  private static final class Node {
    private final String name;
    private volatile @Nullable Parley parley;

    Node(String name) {
      this.name = name;
    }

    void serve(Parley parley) {
      this.parley = parley;
      Namespace chat = parley.of("/");
      chat.onCall("join", String.class, (socket, room) -> {
        socket.join(String.valueOf(room));
        return about(socket);
      });
      chat.on(
          "say",
          (socket, args) -> chat.to(String.valueOf(args.get(0, String.class)))
              .emit("said", args.get(1, Object.class)));
    }

    private Map<String, Object> about(Socket socket) {
      return Map.of(
          "node", name,
          "address", socket.handshake().address(),
          "host", String.valueOf(socket.handshake().headers().first("X-Forwarded-Host")),
          "secure", socket.handshake().secure());
    }

    /** Answers {@code GET /debug}. */
    HttpResponse handle(HttpRequest request, byte[] body) {
      Parley parley = this.parley;
      if (parley == null || !request.path().equals("/debug")) {
        return HttpResponse.text(404, "Not Found");
      }
      Map<String, Object> counts = Map.of(
          "node", name,
          "clients", parley.clientsCount(),
          "misrouted", parley.misroutedRequests());
      return HttpResponse.json(200, JsonMapper.shared().writeValueAsString(counts));
    }
  }
}
