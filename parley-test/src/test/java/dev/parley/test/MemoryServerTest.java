package dev.parley.test;

import org.junit.jupiter.api.Nested;

/** The suite in memory. */
class MemoryServerTest {
  private static final Bench.Starter MEMORY = MemoryBench.on(MemoryHost::new);

  @Nested
  class Connect extends ConnectContract {
    Connect() {
      super(MEMORY);
    }
  }

  @Nested
  class DynamicNamespaces extends DynamicNamespacesContract {
    DynamicNamespaces() {
      super(MEMORY);
    }
  }

  @Nested
  class Events extends EventsContract {
    Events() {
      super(MEMORY);
    }
  }

  @Nested
  class Acks extends AcksContract {
    Acks() {
      super(MEMORY);
    }
  }

  @Nested
  class Broadcast extends BroadcastContract {
    Broadcast() {
      super(MEMORY);
    }
  }

  @Nested
  class Rooms extends RoomsContract {
    Rooms() {
      super(MEMORY);
    }
  }

  @Nested
  class Ending extends EndingContract {
    Ending() {
      super(MEMORY);
    }
  }

  @Nested
  class Verdict extends VerdictContract {
    Verdict() {
      super(MEMORY);
    }
  }

  @Nested
  class Limits extends LimitsContract {
    Limits() {
      super(MEMORY);
    }
  }

  @Nested
  class Annotated extends AnnotatedContract {
    Annotated() {
      super(MEMORY);
    }
  }

  @Nested
  class Engine extends EngineContract {
    Engine() {
      super(MEMORY);
    }
  }

  @Nested
  class Upgrade extends UpgradeContract {
    Upgrade() {
      super(MEMORY);
    }
  }
}
