package dev.parley.benchmarks;

import dev.parley.Handlers;
import dev.parley.Namespace;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.cluster.Cluster;
import dev.parley.netty.NettyHost;
import dev.parley.netty.NettyTransport;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The measured behaviour on Parley, through its public API. */
@Command(
    name = "ParleyServer",
    description = "Answers echo, becho, join, leave, say, all and mem.",
    mixinStandardHelpOptions = true)
public final class ParleyServer implements Callable<Integer> {
  /** Where handlers run. */
  enum Lane {
    blocking,
    nonblocking
  }

  /** What is said, and where. */
  record Say(String room, String data) {}

  @Option(names = "--port", required = true, description = "Port to listen on, at every address.")
  private int port;

  @Option(
      names = "--lane",
      defaultValue = "nonblocking",
      description = "Lane of the handlers: ${COMPLETION-CANDIDATES}.")
  private Lane lane = Lane.nonblocking;

  @Option(
      names = "--transport",
      defaultValue = "AUTO",
      description = "How Netty reaches the kernel: ${COMPLETION-CANDIDATES}.")
  private NettyTransport transport = NettyTransport.AUTO;

  @Option(names = "--bus", description = "URL of the bus that joins this server to a cluster.")
  private @Nullable String bus;

  @Option(names = "--with-parent", description = "Stop when standard input ends.")
  private boolean withParent;

  public static void main(String[] args) {
    System.exit(new CommandLine(new ParleyServer()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Parley parley = build(port, lane, transport, bus)) {
      parley.start();
      System.out.println("ready " + parley.port());
      if (withParent) {
        StandardInput.awaitEnd();
      } else {
        parley.awaitStop();
      }
    }
    return 0;
  }

  static Parley build(int port, Lane lane, NettyTransport transport, @Nullable String bus) {
    ParleyBuilder builder = Parley.builder()
        .listen(port)
        .host(NettyHost.builder().transport(transport).build());
    if (bus != null) {
      builder.adapter(Cluster.at(bus));
    }
    Parley parley = builder.build();
    Namespace root = parley.of("/");
    listen(root, lane == Lane.nonblocking ? root.nonBlocking() : root);
    return parley;
  }

  private static void listen(Namespace root, Handlers<?> on) {
    on.onCall("echo", String.class, (socket, text) -> text);
    on.onCall("becho", byte[].class, (socket, data) -> data);
    on.on("join", String.class, (socket, room) -> socket.join(room));
    on.on("leave", String.class, (socket, room) -> socket.leave(room));
    on.on("say", Say.class, (socket, say) -> root.to(say.room()).emit("said", say.data()));
    on.on("all", String.class, (socket, data) -> root.emit("said", data));
    on.onCall("mem", ParleyServer::memory);
  }

  private static @Nullable Object memory(Object socket, Object nothing) {
    return MemoryInUse.afterCollection();
  }
}
