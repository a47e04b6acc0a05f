package dev.parley.conformance;

import dev.parley.Handshake;
import java.util.LinkedHashMap;
import java.util.Map;

/** A handshake with the reference's names. */
final class HandshakeJson {
  private HandshakeJson() {}

  static Map<String, Object> of(Handshake handshake) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("headers", handshake.headers().toMap());
    json.put("time", handshake.time().toString());
    json.put("address", handshake.address());
    json.put("xdomain", handshake.crossDomain());
    json.put("secure", handshake.secure());
    json.put("issued", handshake.time().toEpochMilli());
    json.put("url", handshake.url());
    json.put("query", handshake.query());
    json.put("auth", handshake.auth().toMap());
    return json;
  }
}
