package dev.parley.test;

import dev.parley.TransportType;
import dev.parley.http.Headers;
import dev.parley.protocol.engineio.Revision;

/**
 * How an engine client connects.
 *
 * @param base64 whether it asks for text only
 * @param query parameters of its own, encoded, each with an ampersand in front
 */
record EngineSettings(
    String path,
    Revision revision,
    TestTransport transport,
    boolean base64,
    Headers headers,
    String query) {

  String target(TransportType type, String sid) {
    return path + "/?EIO=" + revision.number() + "&transport=" + type.wire()
        + (base64 ? "&b64=1" : "") + query + (sid.isEmpty() ? "" : "&sid=" + sid);
  }
}
