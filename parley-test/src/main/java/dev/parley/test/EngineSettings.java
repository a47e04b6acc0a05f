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

  EngineSettings with(Revision other) {
    return new EngineSettings(path, other, transport, base64, headers, query);
  }

  EngineSettings with(TestTransport other) {
    return new EngineSettings(path, revision, other, base64, headers, query);
  }

  EngineSettings with(Headers others) {
    return new EngineSettings(path, revision, transport, base64, others, query);
  }

  EngineSettings withPath(String other) {
    return new EngineSettings(other, revision, transport, base64, headers, query);
  }

  EngineSettings withBase64() {
    return new EngineSettings(path, revision, transport, true, headers, query);
  }

  EngineSettings withQuery(String more) {
    return new EngineSettings(path, revision, transport, base64, headers, query + more);
  }

  String target(TransportType type, String sid) {
    return path + "/?EIO=" + revision.number() + "&transport=" + type.wire()
        + (base64 ? "&b64=1" : "") + query + (sid.isEmpty() ? "" : "&sid=" + sid);
  }
}
