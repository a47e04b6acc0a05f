package dev.parley.netty;

import dev.parley.http.Headers;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * Copies Netty's header fields into ours. Whoever is connected keeps its headers for ever, so names are shared
 * constants and values that many clients send alike (user agent, host, languages) are shared through a small cache.
 * Lane only.
 */
final class HeaderReader {
  private static final int MAX_SHARED_LENGTH = 256;
  private static final int SLOTS = 256;
  private static final Map<AsciiString, String> NAMES = names(
      "Accept",
      "Accept-Encoding",
      "Accept-Language",
      "Access-Control-Request-Headers",
      "Access-Control-Request-Method",
      "Authorization",
      "Cache-Control",
      "Connection",
      "Content-Length",
      "Content-Type",
      "Cookie",
      "DNT",
      "Expect",
      "Forwarded",
      "Host",
      "If-Modified-Since",
      "If-None-Match",
      "Origin",
      "Pragma",
      "Priority",
      "Referer",
      "Sec-CH-UA",
      "Sec-CH-UA-Mobile",
      "Sec-CH-UA-Platform",
      "Sec-Fetch-Dest",
      "Sec-Fetch-Mode",
      "Sec-Fetch-Site",
      "Sec-WebSocket-Extensions",
      "Sec-WebSocket-Key",
      "Sec-WebSocket-Protocol",
      "Sec-WebSocket-Version",
      "Transfer-Encoding",
      "Upgrade",
      "User-Agent",
      "X-Forwarded-For",
      "X-Forwarded-Host",
      "X-Forwarded-Proto",
      "X-Real-IP",
      "X-Requested-With");

  /** A value seen lately whose hash ends at this slot; a later one takes its place. */
  private final String[] values = new String[SLOTS];

  /** @throws IllegalArgumentException if a field could not be sent on as it is */
  Headers read(HttpHeaders fields) {
    String[] copy = new String[2 * fields.size()];
    int at = 0;
    for (Iterator<Map.Entry<CharSequence, CharSequence>> i = fields.iteratorCharSequence();
        i.hasNext(); ) {
      Map.Entry<CharSequence, CharSequence> field = i.next();
      copy[at++] = name(field.getKey());
      copy[at++] = shared(field.getValue().toString());
    }
    return Headers.of(copy);
  }

  private static String name(CharSequence name) {
    // An AsciiString hashes without regard to case, so one constant serves all spellings once they
    // are folded.
    String known = name instanceof AsciiString ascii ? NAMES.get(ascii.toLowerCase()) : null;
    return known == null ? name.toString() : known;
  }

  private String shared(String value) {
    if (value.length() > MAX_SHARED_LENGTH) {
      return value;
    }
    int hash = value.hashCode();
    int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
    String known = values[slot];
    if (value.equals(known)) {
      return known;
    }
    values[slot] = value;
    return value;
  }

  private static Map<AsciiString, String> names(String... names) {
    Map<AsciiString, String> byName = new HashMap<>();
    for (String name : names) {
      byName.put(new AsciiString(name).toLowerCase(), name);
    }
    return Map.copyOf(byName);
  }
}
