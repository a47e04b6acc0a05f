package dev.parley.examples.notifications;

import java.util.List;
import java.util.Optional;

/**
 * Somebody of the demonstration. A real service has a table of them.
 *
 * @param avatar a path on the server of the page
 */
record User(String id, String name, String avatar) {
  static final List<User> ALL = List.of(
      new User("1", "Ada", "/avatars/ada.svg"),
      new User("2", "Grace", "/avatars/grace.svg"),
      new User("3", "Edsger", "/avatars/edsger.svg"),
      new User("4", "Barbara", "/avatars/barbara.svg"));

  static Optional<User> find(String id) {
    return ALL.stream().filter(user -> user.id().equals(id)).findFirst();
  }
}
