package dev.parley.server.internal;

import dev.parley.protocol.ProtocolException;
import java.util.BitSet;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Copies tokens and puts each attachment in the place of its placeholder, {@code {"_placeholder":true,"num":0}}; clients
 * whose maps have no order may write {@code num} first. Only an integer within the range counts: a peer once chose any index
 * it liked (CVE-2022-2421). Each attachment has one place, as clients write it: a short payload that named one of a megabyte
 * thousands of times would fill the memory of whoever relays it.
 */
final class Placeholders {
  private static final String MARK = "_placeholder";
  private static final String NUMBER = "num";

  private final JsonParser from;
  private final TokenBuffer to;
  private final List<byte[]> attachments;
  private final BitSet placed = new BitSet();

  Placeholders(JsonParser from, TokenBuffer to, List<byte[]> attachments) {
    this.from = from;
    this.to = to;
    this.attachments = attachments;
  }

  /** Copies the whole document. The parser bounds the depth, so a flat loop suffices. */
  void copy() {
    for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
      if (token == JsonToken.START_OBJECT) {
        copyObject();
      } else {
        to.copyCurrentEvent(from);
      }
    }
  }

  /** The beginning of an object, or all of it if it is a placeholder. */
  private void copyObject() {
    JsonToken first = from.nextToken();
    if (isName(first, MARK)) {
      if (from.nextToken() != JsonToken.VALUE_TRUE || !isName(from.nextToken(), NUMBER)) {
        throw bad("a placeholder is malformed");
      }
      from.nextToken();
      replace(index());
    } else if (isName(first, NUMBER)) {
      copyNumbered();
    } else {
      to.writeStartObject();
      to.copyCurrentEvent(from);
    }
  }

  /** What begins with a number may be a placeholder, or the user's own. */
  private void copyNumbered() {
    if (from.nextToken() != JsonToken.VALUE_NUMBER_INT || !isInt()) {
      to.writeStartObject();
      to.writeName(NUMBER);
      copyValue();
      return;
    }
    int number = from.getIntValue();
    JsonToken next = from.nextToken();
    if (isName(next, MARK)) {
      if (from.nextToken() != JsonToken.VALUE_TRUE) {
        throw bad("a placeholder is malformed");
      }
      replace(number);
    } else {
      to.writeStartObject();
      to.writeName(NUMBER);
      to.writeNumber(number);
      to.copyCurrentEvent(from);
    }
  }

  private void copyValue() {
    if (from.currentToken() == JsonToken.START_OBJECT) {
      copyObject();
    } else {
      to.copyCurrentEvent(from);
    }
  }

  private boolean isName(JsonToken token, String name) {
    return token == JsonToken.PROPERTY_NAME && name.equals(from.currentName());
  }

  private boolean isInt() {
    return from.getNumberType() == JsonParser.NumberType.INT;
  }

  private int index() {
    if (from.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw bad("a placeholder is malformed");
    }
    if (!isInt()) {
      throw bad("a placeholder's number is out of range");
    }
    return from.getIntValue();
  }

  private void replace(int index) {
    if (index < 0 || index >= attachments.size()) {
      throw bad("placeholder " + index + " of " + attachments.size() + " attachments");
    }
    if (from.nextToken() != JsonToken.END_OBJECT) {
      throw bad("a placeholder is malformed");
    }
    if (placed.get(index)) {
      throw bad("placeholder " + index + " a second time");
    }
    placed.set(index);
    to.writeEmbeddedObject(attachments.get(index));
  }

  private static ProtocolException bad(String message) {
    return new ProtocolException(ProtocolException.Reason.BAD_ATTACHMENT, message);
  }
}
