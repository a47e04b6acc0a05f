package dev.parley.examples.notifications;

import dev.parley.Attempt;
import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.Refused;
import dev.parley.cluster.Cluster;
import dev.parley.http.HttpHandler;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import dev.parley.http.StaticFiles;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the sockets. Each device of a user is one socket in the user's room, and what others push to that room reaches all of
 * them. The page comes from here, too.
 */
final class SocketServer {
  /** What becomes of a client whose token is bad. */
  enum BadTokens {
    /** It is told why, and is not connected. */
    REFUSE,
    /** It is connected, is in no user's room, and hears nothing. */
    ADMIT_SILENTLY
  }

  private final Tokens tokens;
  private final BadTokens badTokens;

  private SocketServer(Tokens tokens, BadTokens badTokens) {
    this.tokens = tokens;
    this.badTokens = badTokens;
  }

  /** @param restUrl where the page finds the REST service; asked for each page */
  static ParleyBuilder options(ParleyBuilder builder, Cluster cluster, Supplier<String> restUrl) {
    return builder.adapter(cluster).http(pages(restUrl));
  }

  static void setUp(Parley parley, Tokens tokens, BadTokens badTokens) {
    parley.of("/").admit(new SocketServer(tokens, badTokens)::admit);
  }

  private void admit(Attempt attempt) {
    try {
      attempt.join(room(tokens.userId(token(attempt))));
    } catch (BadToken e) {
      if (badTokens == BadTokens.REFUSE) {
        throw new Refused(e.getMessage(), Map.of("code", e.reason().code()));
      }
    }
  }

  /** In the query it would end up in the logs of proxies; that is for clients that can do no better. */
  private static @Nullable String token(Attempt attempt) {
    String token = attempt.auth().text("token");
    return token != null ? token : attempt.handshake().query("token");
  }

  /**
   * The room of a user is the id as it is, since that is where emitters in other languages look for it. Clients cannot
   * choose their rooms here; else the ids would need a prefix that keeps them apart.
   */
  static String room(String userId) {
    return userId;
  }

  /** The page may talk to us and to the REST service, and to nobody else. */
  private static HttpHandler pages(Supplier<String> restUrl) {
    StaticFiles files = StaticFiles.classPath("/", SocketServer.class, "/notification-pages");
    return (HttpRequest request, byte[] body) -> {
      String rest = restUrl.get();
      String policy = "default-src 'self'; base-uri 'none'; connect-src 'self' " + rest;
      HttpResponse response = request.path().equals("/settings.json")
          ? HttpResponse.json(200, JsonMapper.shared().writeValueAsString(Map.of("rest", rest)))
              .header("Cache-Control", "no-store")
          : files.handle(request, body);
      return response.header("Content-Security-Policy", policy);
    };
  }
}
