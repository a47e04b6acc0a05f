package dev.parley.netty;

import dev.parley.test.AcksContract;
import dev.parley.test.AnnotatedContract;
import dev.parley.test.Bench;
import dev.parley.test.BroadcastContract;
import dev.parley.test.ConnectContract;
import dev.parley.test.DynamicNamespacesContract;
import dev.parley.test.EndingContract;
import dev.parley.test.EngineContract;
import dev.parley.test.EventsContract;
import dev.parley.test.LimitsContract;
import dev.parley.test.NetworkBench;
import dev.parley.test.RoomsContract;
import dev.parley.test.UpgradeContract;
import dev.parley.test.VerdictContract;
import org.junit.jupiter.api.Nested;

/** The suite of every host, on Netty and a real network. */
class NettyServerTest {
  private static final Bench.Starter NETTY =
      NetworkBench.on(() -> new NettyHostProvider().create());

  @Nested
  class Connect extends ConnectContract {
    Connect() {
      super(NETTY);
    }
  }

  @Nested
  class DynamicNamespaces extends DynamicNamespacesContract {
    DynamicNamespaces() {
      super(NETTY);
    }
  }

  @Nested
  class Events extends EventsContract {
    Events() {
      super(NETTY);
    }
  }

  @Nested
  class Acks extends AcksContract {
    Acks() {
      super(NETTY);
    }
  }

  @Nested
  class Broadcast extends BroadcastContract {
    Broadcast() {
      super(NETTY);
    }
  }

  @Nested
  class Rooms extends RoomsContract {
    Rooms() {
      super(NETTY);
    }
  }

  @Nested
  class Ending extends EndingContract {
    Ending() {
      super(NETTY);
    }
  }

  @Nested
  class Verdict extends VerdictContract {
    Verdict() {
      super(NETTY);
    }
  }

  @Nested
  class Limits extends LimitsContract {
    Limits() {
      super(NETTY);
    }
  }

  @Nested
  class Annotated extends AnnotatedContract {
    Annotated() {
      super(NETTY);
    }
  }

  @Nested
  class Engine extends EngineContract {
    Engine() {
      super(NETTY);
    }
  }

  @Nested
  class Upgrade extends UpgradeContract {
    Upgrade() {
      super(NETTY);
    }
  }
}
