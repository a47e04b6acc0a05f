package dev.parley.server.internal;

import dev.parley.Admission;
import dev.parley.Attempt;
import dev.parley.DataKey;
import dev.parley.Handshake;
import dev.parley.PayloadException;
import dev.parley.Refused;
import dev.parley.protocol.socketio.Body;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A client at the door of a namespace. Nothing is joined, registered or dispatched for it until every check has passed; what
 * checks store, join or emit is kept here until then. It starts and ends on the wire lane; checks run on the handler lane.
 */
final class AdmissionAttempt implements Attempt {
  private static final System.Logger LOG = System.getLogger(Admission.class.getName());
  static final Refused INVALID_NAMESPACE = new Refused("Invalid namespace");
  private static final Refused FAILED = new Refused("Connection refused");

  private final Connection connection;
  private final String name;
  private final String id;
  private final Handshake handshake;
  private final SerialExecutor handlerLane;
  private final List<String> rooms = new ArrayList<>(2);
  private final List<Held> held = new ArrayList<>(0);
  private @Nullable Map<DataKey<?>, Object> data;

  /** Data for the whole connection, null where it is to be removed: other sockets see it when this client is let in. */
  private @Nullable Map<DataKey<?>, @Nullable Object> shared;

  /** The client left, or asked for something else, before it was let in. Wire lane only. */
  private boolean abandoned;

  /** An event that waits for the CONNECT to go out. */
  record Held(String event, Body body) {}

  AdmissionAttempt(
      Connection connection,
      String name,
      String id,
      Handshake handshake,
      SerialExecutor handlerLane) {
    this.connection = connection;
    this.name = name;
    this.id = id;
    this.handshake = handshake;
    this.handlerLane = handlerLane;
  }

  /** Wire lane only. */
  void start() {
    LocalNamespace known = connection.server().registry().acquire(name);
    if (known != null && known.setup().admissions.isEmpty()) {
      connection.decided(this, known, null);
    } else if (known == null && !connection.server().registry().hasParents()) {
      connection.decided(this, null, INVALID_NAMESPACE);
    } else {
      handlerLane.execute(() -> decide(known));
    }
  }

  private void decide(@Nullable LocalNamespace known) {
    LocalNamespace namespace = known;
    Refused refusal;
    try {
      if (namespace == null) {
        namespace = connection.server().registry().acquireChild(name, handshake);
      }
      refusal = namespace == null ? INVALID_NAMESPACE : check(namespace);
      if (namespace != null && refusal == null) {
        connection.server().registry().opened(namespace);
      }
    } catch (PayloadException e) {
      // Without its cause, which cites the client's auth.
      LOG.log(System.Logger.Level.ERROR, "an admission check failed: " + e.getMessage());
      refusal = FAILED;
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.ERROR, "an admission check failed", e);
      refusal = FAILED;
    }
    LocalNamespace found = namespace;
    Refused verdict = refusal;
    connection.session().execute(() -> connection.decided(this, found, verdict));
  }

  private @Nullable Refused check(LocalNamespace namespace) throws Exception {
    try {
      for (Admission check : namespace.setup().admissions) {
        check.admit(this);
      }
      return null;
    } catch (Refused refused) {
      return refused;
    }
  }

  void abandon() {
    abandoned = true;
  }

  boolean abandoned() {
    return abandoned;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String namespace() {
    return name;
  }

  @Override
  public Handshake handshake() {
    return handshake;
  }

  SerialExecutor handlerLane() {
    return handlerLane;
  }

  @Override
  public <T> void data(DataKey<T> key, @Nullable T value) {
    if (key.isShared()) {
      if (shared == null) {
        shared = new HashMap<>(2);
      }
      shared.put(key, value);
    } else if (value == null) {
      ownData().remove(key);
    } else {
      ownData().put(key, value);
    }
  }

  private Map<DataKey<?>, Object> ownData() {
    if (data == null) {
      data = new ConcurrentHashMap<>(4);
    }
    return data;
  }

  @Override
  public <T> @Nullable T data(DataKey<T> key) {
    if (shared != null && shared.containsKey(key)) {
      return key.cast(shared.get(key));
    }
    Map<DataKey<?>, Object> source = key.isShared() ? connection.data() : data;
    return source == null ? null : key.cast(source.get(key));
  }

  /** The client is let in. */
  void shareData() {
    if (shared != null) {
      shared.forEach((key, value) -> {
        if (value == null) {
          connection.data().remove(key);
        } else {
          connection.data().put(key, value);
        }
      });
    }
  }

  @Nullable
  Map<DataKey<?>, Object> takeData() {
    return data;
  }

  @Override
  public void join(String... names) {
    rooms.addAll(List.of(names));
  }

  List<String> rooms() {
    return rooms;
  }

  @Override
  public void emit(String event, @Nullable Object... args) {
    Payloads payloads = connection.server().packets().payloads();
    held.add(new Held(event, payloads.event(EventNames.check(event), args)));
  }

  List<Held> held() {
    return held;
  }
}
