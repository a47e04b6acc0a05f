package dev.parley.examples.notifications;

import dev.parley.Broadcast;
import dev.parley.cluster.ParleyEmitter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the REST service can do: log in, and follow somebody, who is told at once. Thread-safe.
 *
 * <p>Logging in needs no password, which makes this a demonstration.
 */
final class FollowApi {
  static final Duration TOKEN_VALIDITY = Duration.ofHours(1);

  private final Tokens tokens;
  private final ParleyEmitter emitter;
  private final Clock clock;
  private final Set<Follow> follows = ConcurrentHashMap.newKeySet();

  private record Follow(String follower, String target) {}

  /**
   * An answer of the service.
   *
   * @param body anything that JSON can be made of
   */
  record Answer(int status, Object body) {
    static Answer error(int status, String message) {
      return new Answer(status, Map.of("error", message));
    }
  }

  /** What the followed one's devices get, in the words of the clients that there are. */
  record NewFollower(
      String follower_id, String follower_name, String follower_avatar, long timestamp) {}

  FollowApi(Tokens tokens, ParleyEmitter emitter, Clock clock) {
    this.tokens = tokens;
    this.emitter = emitter;
    this.clock = clock;
  }

  /** @param token from the request; null if there was none */
  Answer handle(String method, String path, @Nullable String token, byte[] body) {
    String[] parts = path.substring(1).split("/", -1);
    String resource = parts[0];
    if (path.equals("/users")) {
      return method.equals("GET") ? new Answer(200, User.ALL) : wrongMethod("GET");
    }
    if (path.equals("/login")) {
      return method.equals("POST") ? login(body) : wrongMethod("POST");
    }
    if (path.equals("/following")) {
      return method.equals("GET") ? as(token, this::following) : wrongMethod("GET");
    }
    if (resource.equals("follow") && parts.length == 2) {
      return switch (method) {
        case "POST" -> as(token, user -> follow(user, parts[1]));
        case "DELETE" -> as(token, user -> unfollow(user, parts[1]));
        default -> wrongMethod("POST or DELETE");
      };
    }
    return Answer.error(404, "There is nothing here.");
  }

  private static Answer wrongMethod(String right) {
    return Answer.error(405, "The method is " + right + ".");
  }

  private interface Authorized {
    Answer answer(User user);
  }

  private Answer as(@Nullable String token, Authorized action) {
    try {
      Optional<User> user = User.find(tokens.userId(token));
      return user.isPresent()
          ? action.answer(user.get())
          : Answer.error(401, "The token is for nobody who is here.");
    } catch (BadToken e) {
      return Answer.error(401, e.getMessage());
    }
  }

  private Answer login(byte[] body) {
    JsonNode request;
    try {
      request = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      return Answer.error(400, "The body is no JSON.");
    }
    JsonNode id = request.path("user");
    Optional<User> user = id.isString() ? User.find(id.stringValue()) : Optional.empty();
    return user.isEmpty()
        ? Answer.error(400, "The body is like {\"user\":\"1\"}, with a user that GET /users names.")
        : new Answer(
            200,
            Map.of(
                "token", tokens.issue(user.get().id(), TOKEN_VALIDITY),
                "expires_in", TOKEN_VALIDITY.toSeconds(),
                "user", user.get()));
  }

  private Answer following(User user) {
    List<String> targets = follows.stream()
        .filter(follow -> follow.follower().equals(user.id()))
        .map(Follow::target)
        .sorted()
        .toList();
    return new Answer(200, targets);
  }

  private Answer follow(User follower, String targetId) {
    Optional<User> target = User.find(targetId);
    if (target.isEmpty()) {
      return Answer.error(404, "There is no such user.");
    }
    if (follower.id().equals(targetId)) {
      return Answer.error(400, "You cannot follow yourself.");
    }
    boolean added = follows.add(new Follow(follower.id(), targetId));
    if (added) {
      push(follower, targetId);
    }
    return new Answer(200, Map.of("following", targetId, "new", added));
  }

  /** Returns at once, also if the broker is away. A push tells what a page would show anyway when it is next loaded. */
  private void push(User follower, String targetId) {
    Broadcast devices = emitter.to(SocketServer.room(targetId));
    devices.emit(
        "following_notification", Map.of("message", follower.name() + " started following you"));
    devices.emit(
        "new_follower",
        new NewFollower(follower.id(), follower.name(), follower.avatar(), clock.millis()));
  }

  private Answer unfollow(User follower, String targetId) {
    boolean removed = follows.remove(new Follow(follower.id(), targetId));
    return new Answer(200, Map.of("unfollowed", targetId, "new", removed));
  }
}
