package dev.parley.netty;

import dev.parley.http.Headers;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What RFC 9110 and 9112 ask of a head beyond what Netty's decoder has checked, and its copy into our types. */
final class RequestHead {
  private RequestHead() {}

  /** The status to refuse it with, or 0. */
  static int check(HttpRequest head) {
    boolean http11 = head.protocolVersion().equals(HttpVersion.HTTP_1_1);
    if (!http11 && !head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return 505;
    }
    int hosts = head.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || http11 && hosts == 0) {
      return 400; // RFC 9112 §3.2
    }
    String expect = head.headers().get(HttpHeaderNames.EXPECT);
    if (http11 && expect != null && !expect.equalsIgnoreCase("100-continue")) {
      return 417; // RFC 9110 §10.1.1
    }
    return originForm(head.uri()) == null ? 400 : 0;
  }

  /** Null if a header field cannot be kept or the peer is gone already. */
  static dev.parley.http.@Nullable HttpRequest read(
      HttpRequest head, NettyLane lane, Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return null;
    }
    try {
      Headers headers = lane.headers.read(head.headers());
      String target = head.uri();
      String path = originForm(target);
      if (!path.equals(target)) {
        // RFC 9112 §3.2.2: the host of an absolute target counts, whatever the Host field says.
        headers = headers.with(
            "Host", target.substring(target.indexOf("://") + 3, target.length() - tail(target)));
      }
      boolean secure = lane.host.ssl != null;
      return new dev.parley.http.HttpRequest(head.method().name(), path, headers, remote, secure);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  /** Path and query of a request target, or null if it has none that we serve. */
  private static @Nullable String originForm(String target) {
    if (target.startsWith("/") || target.equals("*")) {
      return target;
    }
    if (!target.regionMatches(true, 0, "http://", 0, 7)
        && !target.regionMatches(true, 0, "https://", 0, 8)) {
      return null;
    }
    String path = target.substring(target.length() - tail(target));
    return path.startsWith("/") ? path : "/" + path;
  }

  /** Length of what follows the authority of an absolute target. */
  private static int tail(String target) {
    for (int i = target.indexOf("://") + 3; i < target.length(); i++) {
      if (target.charAt(i) == '/' || target.charAt(i) == '?') {
        return target.length() - i;
      }
    }
    return 0;
  }
}
