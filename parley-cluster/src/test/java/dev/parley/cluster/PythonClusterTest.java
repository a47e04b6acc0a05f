package dev.parley.cluster;

import static dev.parley.cluster.Eventually.get;
import static dev.parley.cluster.Eventually.received;
import static dev.parley.cluster.Eventually.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.RemoteSocket;
import dev.parley.cluster.format.KombuEnvelope;
import dev.parley.cluster.format.PythonDialect;
import dev.parley.cluster.format.PythonFormat;
import dev.parley.test.TestClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract in the words of python-socketio, and what those words must not lose between Parley's nodes. */
class PythonClusterTest {
  abstract static class OnOneHub extends ClusterContract {
    private final MemoryBus.Hub hub = new MemoryBus.Hub();

    abstract Format format();

    @Override
    protected Wire wire() {
      return new Wire(new MemoryBus(hub), format());
    }

    @Override
    protected List<String> channels() {
      return List.of("socketio", "/0.socketio", "socketio.parley#/#");
    }

    @Test
    void argumentsArriveAsTheyWere() {
      Node ada = node();
      Node bob = node();
      TestClient there = bob.client();
      awaitCluster(ada, bob);

      ada.root().emit("one list", List.of(1, 2));
      ada.root().emit("one list of one", List.of(List.of()));
      ada.root().emit("null", (Object) null);
      ada.root().emit("two nulls", null, null);
      ada.root().emit("bytes", new byte[] {1});
      ada.root().emit("bytes in a list", List.of(new byte[] {1}));

      assertThat(received(there, "one list").toList()).isEqualTo(List.of(List.of(1, 2)));
      assertThat(received(there, "one list of one").toList())
          .isEqualTo(List.of(List.of(List.of())));
      assertThat(received(there, "null").toList()).isEqualTo(Arrays.asList((Object) null));
      assertThat(received(there, "two nulls").toList()).isEqualTo(Arrays.asList(null, null));
      assertThat(received(there, "bytes").get(0, byte[].class)).isEqualTo(new byte[] {1});
      assertThat(received(there, "bytes in a list").get(0, byte[][].class))
          .isEqualTo(new byte[][] {{1}});
    }

    @Test
    void anAcknowledgementOfOneSocketMayHoldBytes() {
      Node ada = node();
      Node bob = node();
      TestClient there = bob.client().onAsk("how", args -> new byte[] {1, 2});
      awaitCluster(ada, bob);
      awaitRoom(ada, there.id(), there);

      var report = get(
          ada.root().to(there.id()).timeout(Duration.ofSeconds(10)).emitWithAck("how", new byte[] {7
          }));

      assertThat(report.complete()).isTrue();
      assertThat(report.answers()).singleElement().satisfies(answer -> {
        assertThat(answer.socketId()).isEqualTo(there.id());
        assertThat(answer.values().get(0, byte[].class)).isEqualTo(new byte[] {1, 2});
      });
    }

    @Test
    void aRemoteSocketJoinsSeveralRoomsAndLeavesThem() {
      Node ada = node();
      Node bob = node();
      TestClient there = bob.client();
      awaitCluster(ada, bob);
      RemoteSocket remote = get(ada.root().fetchSockets()).get(0);

      remote.join("tea", "milk");
      until(
          "it has joined",
          () -> bob.root().sockets("tea").contains(there.id())
              && bob.root().sockets("milk").contains(there.id()));
      remote.leave("tea", "milk");

      until(
          "it has left",
          () ->
              bob.root().sockets("tea").isEmpty() && bob.root().sockets("milk").isEmpty());
    }
  }

  @Nested
  class InWhatAllUnderstand extends OnOneHub {
    @Override
    Format format() {
      return new PythonFormat();
    }
  }

  @Nested
  class InPickles extends OnOneHub {
    @Override
    Format format() {
      return new PythonFormat("socketio", PythonDialect.V5_13);
    }
  }

  @Nested
  class InTheJsonOf514 extends OnOneHub {
    @Override
    Format format() {
      return new PythonFormat("socketio", PythonDialect.V5_14);
    }
  }

  @Nested
  class InTheJsonOf515 extends OnOneHub {
    @Override
    Format format() {
      return new PythonFormat("socketio", PythonDialect.V5_15);
    }
  }

  @Nested
  class InEnvelopesOfKombu extends OnOneHub {
    @Override
    Format format() {
      return new KombuEnvelope(new PythonFormat(), 0);
    }
  }
}
