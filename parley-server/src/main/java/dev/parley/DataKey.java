package dev.parley;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A typed key of a socket's data. Two keys are the same only if they are the same object, so a private constant is a
 * private field.
 */
public final class DataKey<T> {
  private final String name;
  private final Class<T> type;
  private final boolean shared;
  private final boolean shownInCluster;

  private DataKey(String name, Class<T> type, boolean shared, boolean shownInCluster) {
    this.name = Objects.requireNonNull(name);
    this.type = Objects.requireNonNull(type);
    this.shared = shared;
    this.shownInCluster = shownInCluster;
  }

  /** Data of one socket: one client in one namespace. */
  public static <T> DataKey<T> named(String name, Class<T> type) {
    return new DataKey<>(name, type, false, false);
  }

  /** Data of one connection: every socket of this client sees it, in whatever namespace. */
  public static <T> DataKey<T> shared(String name, Class<T> type) {
    return new DataKey<>(name, type, true, false);
  }

  /**
   * Another key of the same name and type, whose values other nodes of a cluster see when they fetch the socket. They
   * travel over the bus as JSON; values of other keys never leave the node.
   */
  public DataKey<T> shownInCluster() {
    return new DataKey<>(name, type, shared, true);
  }

  public boolean isShownInCluster() {
    return shownInCluster;
  }

  public Class<T> type() {
    return type;
  }

  /** How this data is called where it is shown. */
  public String name() {
    return name;
  }

  public boolean isShared() {
    return shared;
  }

  /** @throws ClassCastException if the value is of another type */
  public @Nullable T cast(@Nullable Object value) {
    return type.cast(value);
  }

  @Override
  public String toString() {
    return name;
  }
}
