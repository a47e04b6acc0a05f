package dev.parley.netty;

import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The server's side of the opening handshake, RFC 6455 §4.2, and of the negotiation of RFC 7692. */
final class WebSocketHandshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private WebSocketHandshake() {}

  /**
   * @param refusal the answer to a handshake that is not allowed, else null
   * @param fields the header fields of the 101, each with its line end
   * @param deflate true if permessage-deflate was agreed upon
   */
  record Result(@Nullable HttpResponse refusal, String fields, boolean deflate) {
    private static Result refused(int status, String why) {
      return new Result(HttpResponse.text(status, why), "", false);
    }
  }

  static Result check(NettyExchange exchange, boolean mayDeflate) {
    HttpRequest request = exchange.request();
    if (!request.method().equals("GET") || exchange.isHttp10() || !exchange.bodyEnded()) {
      return Result.refused(400, "a WebSocket handshake is a GET of HTTP/1.1 without a body");
    }
    if (!request.wantsWebSocket()) {
      return Result.refused(400, "Upgrade: websocket and Connection: upgrade are needed");
    }
    if (!"13".equals(request.header("Sec-WebSocket-Version"))) {
      Result refused = Result.refused(426, "WebSocket version 13 is needed");
      HttpResponse answer =
          refused.refusal().header("Sec-WebSocket-Version", "13").header("Upgrade", "websocket");
      return new Result(answer, "", false);
    }
    List<String> keys = request.headers().all("Sec-WebSocket-Key");
    if (keys.size() != 1 || !isKey(keys.get(0).trim())) {
      return Result.refused(400, "Sec-WebSocket-Key must be 16 bytes in base64, once");
    }
    String extension =
        mayDeflate ? DeflateOffer.accept(request.headers().all("Sec-WebSocket-Extensions")) : null;
    String fields = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + acceptValue(keys.get(0).trim()) + "\r\n"
        + (extension == null ? "" : "Sec-WebSocket-Extensions: " + extension + "\r\n");
    return new Result(null, fields, extension != null);
  }

  private static boolean isKey(String key) {
    try {
      return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  static String acceptValue(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
