/** The ready-to-run program. */
module dev.parley.app {
  requires static org.jspecify;
  requires dev.parley.cluster;
  requires dev.parley.server;
  requires dev.parley.netty;
  requires info.picocli;
  requires java.logging;
  requires tools.jackson.databind;

  opens dev.parley.app to
      info.picocli;
  opens dev.parley.app.demo to
      tools.jackson.databind;
}
