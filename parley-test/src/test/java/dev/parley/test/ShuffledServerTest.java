package dev.parley.test;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Nested;

/** The suite in memory, where lanes, handlers and clients take turns by chance, as threads would. */
class ShuffledServerTest {
  private static final long SEED =
      Long.getLong("parley.test.seed", ThreadLocalRandom.current().nextLong());

  private static final Bench.Starter SHUFFLED = MemoryBench.on(() -> MemoryHost.shuffled(SEED));

  static {
    System.out.println("ShuffledServerTest runs with -Dparley.test.seed=" + SEED);
  }

  @Nested
  class Connect extends ConnectContract {
    Connect() {
      super(SHUFFLED);
    }
  }

  @Nested
  class DynamicNamespaces extends DynamicNamespacesContract {
    DynamicNamespaces() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Events extends EventsContract {
    Events() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Acks extends AcksContract {
    Acks() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Broadcast extends BroadcastContract {
    Broadcast() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Rooms extends RoomsContract {
    Rooms() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Ending extends EndingContract {
    Ending() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Verdict extends VerdictContract {
    Verdict() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Limits extends LimitsContract {
    Limits() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Annotated extends AnnotatedContract {
    Annotated() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Engine extends EngineContract {
    Engine() {
      super(SHUFFLED);
    }
  }

  @Nested
  class Upgrade extends UpgradeContract {
    Upgrade() {
      super(SHUFFLED);
    }
  }
}
