package dev.parley.app.demo;

import dev.parley.Parley;
import dev.parley.ParleyBuilder;
import dev.parley.http.StaticFiles;

/** The three applications and their pages on one port. */
public final class DemoServer {
  private DemoServer() {}

  /** @param builder knows where to listen */
  public static Parley build(ParleyBuilder builder) {
    Parley parley = builder
        .http(StaticFiles.classPath("/", DemoServer.class, "/demo-pages"))
        .build();
    new Chat(parley);
    new EchoAndBroadcast(parley);
    new AnonymousChat(parley);
    return parley;
  }
}
