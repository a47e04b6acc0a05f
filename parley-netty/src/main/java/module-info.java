/** The embedded host: HTTP/1.1, WebSocket and TLS on Netty. */
module dev.parley.netty {
  requires static transitive org.jspecify;
  requires transitive dev.parley.server;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires static io.netty.transport.classes.io_uring;

  exports dev.parley.netty;

  provides dev.parley.server.transport.HostProvider with
      dev.parley.netty.NettyHostProvider;
}
