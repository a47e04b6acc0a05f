package dev.parley.server.internal;

import dev.parley.protocol.ProtocolException;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Copies tokens and puts each attachment in the place of its placeholder, {@code {"_placeholder":true,"num":0}}. Only an
 * integer within the range counts: a peer once chose any index it liked (CVE-2022-2421).
 */
final class Placeholders {
  private static final String MARK = "_placeholder";

  private final JsonParser from;
  private final TokenBuffer to;
  private final List<byte[]> attachments;

  Placeholders(JsonParser from, TokenBuffer to, List<byte[]> attachments) {
    this.from = from;
    this.to = to;
    this.attachments = attachments;
  }

  /** Copies the whole document. The parser bounds the depth, so a flat loop suffices. */
  void copy() {
    for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
      if (token != JsonToken.START_OBJECT) {
        to.copyCurrentEvent(from);
      } else if (from.nextToken() == JsonToken.PROPERTY_NAME && MARK.equals(from.currentName())) {
        replace();
      } else {
        to.writeStartObject();
        to.copyCurrentEvent(from);
      }
    }
  }

  private void replace() {
    if (from.nextToken() != JsonToken.VALUE_TRUE
        || from.nextToken() != JsonToken.PROPERTY_NAME
        || !"num".equals(from.currentName())
        || from.nextToken() != JsonToken.VALUE_NUMBER_INT) {
      throw bad("a placeholder is malformed");
    }
    if (from.getNumberType() != JsonParser.NumberType.INT) {
      throw bad("a placeholder's number is out of range");
    }
    int index = from.getIntValue();
    if (index < 0 || index >= attachments.size()) {
      throw bad("placeholder " + index + " of " + attachments.size() + " attachments");
    }
    if (from.nextToken() != JsonToken.END_OBJECT) {
      throw bad("a placeholder is malformed");
    }
    to.writeEmbeddedObject(attachments.get(index));
  }

  private static ProtocolException bad(String message) {
    return new ProtocolException(ProtocolException.Reason.BAD_ATTACHMENT, message);
  }
}
