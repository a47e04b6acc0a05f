package dev.parley.server.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Cors;
import dev.parley.EngineOptions;
import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
  private static final String FORBIDDEN = "403 {\"code\":4,\"message\":\"Forbidden\"}";

  @ParameterizedTest(name = "{0}: {1} at {2}, {3}")
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
      same origin                      | http://chat.example        | chat.example        | -                                                           | true
      own port                         | http://chat.example:3000   | chat.example:3000   | -                                                           | true
      default port named by host       | http://chat.example        | chat.example:80     | -                                                           | true
      default port named by origin     | http://chat.example:80     | chat.example        | -                                                           | true
      case of the host                 | http://chat.example        | CHAT.Example        | -                                                           | true
      IPv6                             | http://[::1]:3000          | [::1]:3000          | -                                                           | true
      other host                       | http://evil.example        | chat.example        | -                                                           | false
      other port                       | http://chat.example:8080   | chat.example:3000   | -                                                           | false
      other scheme                     | https://chat.example       | chat.example        | -                                                           | false
      host as a prefix                 | http://chat.example.evil   | chat.example        | -                                                           | false
      host in the userinfo             | http://chat.example@evil   | chat.example        | -                                                           | false
      opaque                           | null                       | chat.example        | -                                                           | false
      no scheme (client 1.3.5 in Node) | chat.example:3000          | chat.example:3000   | -                                                           | true
      no scheme, other host            | evil.example:3000          | chat.example:3000   | -                                                           | false
      no Host                          | http://chat.example        | -                   | -                                                           | false
      unreadable port                  | http://chat.example:x      | chat.example        | -                                                           | false
      proxy not trusted                | https://chat.example       | chat.example        | X-Forwarded-Proto: https                                    | false
      TLS ends at the proxy            | https://chat.example       | chat.example        | trust; X-Forwarded-Proto: https                             | true
      two proxies                      | https://chat.example       | inner:8080          | trust; X-Forwarded-Proto: https,http; X-Forwarded-Host: chat.example,inner | true
      proxy renames the host           | http://chat.example        | 10.0.0.1:3000       | trust; X-Forwarded-Host: chat.example                       | true
      nginx proxy_params without port  | http://chat.example:8080   | chat.example        | trust; X-Forwarded-Proto: http; X-Forwarded-For: 10.9.8.7   | true
      port named by the proxy          | https://chat.example:8443  | chat.example        | trust; X-Forwarded-Proto: https; X-Forwarded-Port: 8443     | true
      port named by the proxy differs  | https://chat.example:9999  | chat.example        | trust; X-Forwarded-Proto: https; X-Forwarded-Port: 8443     | false
      scheme differs behind the proxy  | http://chat.example        | chat.example        | trust; X-Forwarded-Proto: https                             | false
      trusted, but not proxied         | http://chat.example:8080   | chat.example        | trust                                                       | false
      """)
  void comparesOriginAndHost(String name, String origin, String host, String proxy, boolean same) {
    Headers headers = Headers.of("Origin", origin);
    if (host != null) {
      headers = headers.and("Host", host);
    }
    boolean trust = false;
    for (String part : proxy == null ? new String[0] : proxy.split(";")) {
      if (part.contains(":")) {
        headers = headers.and(
            part.substring(0, part.indexOf(':')).trim(),
            part.substring(part.indexOf(':') + 1).trim());
      } else {
        trust = true;
      }
    }
    HttpRequest request =
        new HttpRequest("GET", "/", headers, new InetSocketAddress("127.0.0.1", 1), false);
    Origins origins = new Origins(Cors.sameOrigin(), new Forwarded(trust));
    assertThat(origins.judge(request, false).refused() == null).isEqualTo(same);
  }

  @Test
  void refusesForeignPagesByDefault() {
    Scene scene = new Scene();
    FakeExchange answer = scene.get(Scene.V4, "Origin", "http://evil.example");
    assertThat(answer.outcome()).isEqualTo(FORBIDDEN);
    assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    FakeExchange webSocket = scene.upgrade(Scene.WS4, "Origin", "http://evil.example");
    assertThat(webSocket.outcome()).isEqualTo("400 Forbidden");
    assertThat(scene.owners).isEmpty();
    assertThat(scene.errors).hasSize(2).allMatch(error -> error.code() == 4);
  }

  @Test
  void refusesForeignPagesOnEveryRequestOfASession() {
    Scene scene = new Scene();
    String target = scene.handshake(Scene.V4);
    assertThat(scene.get(target, "Origin", "http://evil.example").outcome()).isEqualTo(FORBIDDEN);
    assertThat(scene.post(target, "4a", "Origin", "http://evil.example").outcome())
        .isEqualTo(FORBIDDEN);
    String upgrade = target.replace("polling", "websocket");
    assertThat(scene.upgrade(upgrade, "Origin", "http://evil.example").outcome())
        .isEqualTo("400 Forbidden");
    assertThat(scene.owner().drain()).isEmpty();
  }

  @Test
  void letsClientsWithoutAnOriginAndTheOwnPageIn() {
    Scene scene = new Scene(EngineOptions.defaults().cors(Cors.origins("http://good.example")));
    assertThat(scene.get(Scene.V4).status()).isEqualTo(200);
    assertThat(scene.get(Scene.V4, "Origin", "http://localhost:3000").status()).isEqualTo(200);
    assertThat(scene.upgrade(Scene.WS4, "Origin", "http://localhost:3000").outcome())
        .isEqualTo("101");
  }

  @Test
  void tellsBrowsersOfAllowedPages() {
    Scene scene = new Scene(EngineOptions.defaults()
        .cors(Cors.origins("http://good.example").exposedHeaders("X-A", "X-B")));
    FakeExchange answer = scene.get(Scene.V4, "Origin", "http://good.example");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://good.example");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(answer.header("Access-Control-Expose-Headers")).isEqualTo("X-A,X-B");
    assertThat(answer.header("Vary")).isEqualTo("Origin");
    assertThat(scene.upgrade(Scene.WS4, "Origin", "http://good.example").outcome())
        .isEqualTo("101");
    FakeExchange refused = scene.get(Scene.V4 + "&sid=x", "Origin", "http://good.example");
    assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("http://good.example");
  }

  @Test
  void allowsEverybodyWithoutCredentials() {
    Scene scene = new Scene(EngineOptions.defaults().cors(Cors.origins("*")));
    FakeExchange answer = scene.get(Scene.V4, "Origin", "http://any.example");
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
    assertThat(answer.header("Vary")).isNull();
  }

  @Test
  void asksPatternsAndPredicates() {
    Scene pattern = new Scene(EngineOptions.defaults()
        .cors(Cors.matching(Pattern.compile("https://[a-z]+\\.good\\.example"))));
    assertThat(pattern.get(Scene.V4, "Origin", "https://a.good.example").status())
        .isEqualTo(200);
    assertThat(pattern.get(Scene.V4, "Origin", "https://a.good.example.evil").status())
        .isEqualTo(403);
    Scene broken = new Scene(EngineOptions.defaults().cors(Cors.when((origin, request) -> {
      throw new IllegalStateException("expected in the log");
    })));
    assertThat(broken.get(Scene.V4, "Origin", "http://a.example").status()).isEqualTo(403);
  }

  @Test
  void answersPreflights() {
    Scene scene = new Scene(EngineOptions.defaults()
        .cors(Cors.origins("http://good.example").maxAge(Duration.ofMinutes(10))));
    List<String> targets = new ArrayList<>(List.of(Scene.V4, Scene.V4 + "&sid=unknown"));
    targets.add(scene.handshake(Scene.V4));
    for (String target : targets) {
      FakeExchange answer = scene.request(
          "OPTIONS",
          target,
          "Origin",
          "http://good.example",
          "Access-Control-Request-Method",
          "POST",
          "Access-Control-Request-Headers",
          "X-Token");
      assertThat(answer.outcome()).isEqualTo("204");
      assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://good.example");
      assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
      assertThat(answer.header("Access-Control-Allow-Methods"))
          .isEqualTo("GET,HEAD,PUT,PATCH,POST,DELETE");
      assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("X-Token");
      assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
      assertThat(answer.response().headers().all("Vary"))
          .containsExactly("Origin", "Access-Control-Request-Headers");
    }
  }

  @Test
  void answersPreflightsOfForeignPagesWithoutPermission() {
    FakeExchange answer = new Scene()
        .request(
            "OPTIONS",
            Scene.V4,
            "Origin",
            "http://evil.example",
            "Access-Control-Request-Method",
            "GET");
    assertThat(answer.outcome()).isEqualTo("204");
    assertThat(answer.response().headers().toMap().keySet())
        .noneMatch(name -> name.startsWith("access-control"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
      no browser            | -           | -                          | 200
      own page              | same-origin | -                          | 200
      own page, by referrer | -           | http://localhost:3000/page | 200
      foreign page          | cross-site  | -                          | 403
      sibling site          | same-site   | -                          | 403
      foreign, by referrer  | -           | http://evil.example/page   | 403
      allowed, by referrer  | cross-site  | http://good.example/page   | 200
      unreadable referrer   | -           | about:blank                | 403
      """)
  void refusesScriptsOfForeignPages(String name, String site, String referer, int status) {
    Scene scene = new Scene(EngineOptions.defaults().cors(Cors.origins("http://good.example")));
    Headers headers = Headers.none();
    if (site != null) {
      headers = headers.and("Sec-Fetch-Site", site);
    }
    if (referer != null) {
      headers = headers.and("Referer", referer);
    }
    FakeExchange answer = scene.request(scene.lane, "GET", Scene.V3 + "&j=0", headers, new byte[0]);
    assertThat(answer.status()).isEqualTo(status);
  }
}
