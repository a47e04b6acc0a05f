package dev.parley.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Namespace;
import dev.parley.Socket;
import dev.parley.TransportType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that move from polling to WebSocket while messages flow: nothing is lost, doubled or out of order. */
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = Way.class,
    names = {"UPGRADE", "UPGRADE_OF_REVISION_3", "MSGPACK"})
public abstract class UpgradeContract extends ServerContract {
  private static final int CLIENTS = 20;
  private static final int ROUNDS = 40;

  private final Map<String, List<Integer>> up = new ConcurrentHashMap<>();

  protected UpgradeContract(Bench.Starter starter) {
    super(starter);
  }

  @Test
  void losesNothingWhileItMoves() {
    start(parley -> {
      Namespace root = parley.of("/");
      root.nonBlocking().on("quick", Integer.class, this::note);
      root.on("slow", Integer.class, this::note);
    });
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(connect());
    }
    Namespace root = server().of("/");
    List<Socket> sockets = root.sockets().toList();

    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.get(i).emit(round % 3 == 0 ? "quick" : "slow", round);
        sockets.get(i).emit("down", 2 * round);
      }
      root.emit("down", 2 * round + 1);
      runForAMoment(round);
    }

    List<Integer> down = IntStream.range(0, 2 * ROUNDS).boxed().toList();
    for (TestClient client : clients) {
      upgraded(client);
      barrier(client);
      assertThat(client.received("down"))
          .extracting(event -> event.as(Integer.class))
          .isEqualTo(down);
    }
    List<Integer> sent = IntStream.range(0, ROUNDS).boxed().toList();
    for (Socket socket : sockets) {
      await("the last event", () -> up.get(socket.id()).size() >= ROUNDS);
      assertThat(up.get(socket.id())).isEqualTo(sent);
      assertThat(socket.transport()).isEqualTo(TransportType.WEBSOCKET);
    }
  }

  private void note(Socket socket, int number) {
    up.computeIfAbsent(socket.id(), id -> new CopyOnWriteArrayList<>()).add(number);
  }

  /** Not until everything is quiet: the next messages are to meet whatever is under way. */
  private void runForAMoment(int round) {
    bench().network().runSome(3 + round % 11 * 5);
  }
}
