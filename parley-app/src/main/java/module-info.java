/** The ready-to-run program. */
module dev.parley.app {
  requires static org.jspecify;
  requires dev.parley.server;
  requires dev.parley.netty;
  requires info.picocli;

  opens dev.parley.app to
      info.picocli;
  opens dev.parley.app.demo to
      tools.jackson.databind;
}
