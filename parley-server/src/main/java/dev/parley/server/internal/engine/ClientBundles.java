package dev.parley.server.internal.engine;

import dev.parley.http.Headers;
import dev.parley.http.HttpRequest;
import dev.parley.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The official JavaScript client, which the build takes from its npm package. Each file is read and compressed when first
 * asked for and then kept. Safe from any thread; {@link #answer} may block on the class path.
 */
final class ClientBundles {
  private static final String FOLDER = "/dev/parley/client/";
  private static final Set<String> NAMES = Set.of(
      "socket.io.js",
      "socket.io.js.map",
      "socket.io.min.js",
      "socket.io.min.js.map",
      "socket.io.esm.min.js",
      "socket.io.esm.min.js.map",
      "socket.io.msgpack.min.js",
      "socket.io.msgpack.min.js.map");

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  boolean has(String name) {
    return NAMES.contains(name);
  }

  /** @param name one that {@link #has} knows */
  HttpResponse answer(String name, HttpRequest request) {
    String tag = '"' + version() + '"';
    Headers headers =
        Headers.of("Cache-Control", "public, max-age=0", "ETag", tag, "Vary", "Accept-Encoding");
    String known = request.header("If-None-Match");
    if (known != null && matches(known, tag)) {
      return HttpResponse.of(304).headers(headers);
    }
    Compression coding = Compression.choose(request.header("Accept-Encoding"));
    byte[] body = file(name, coding);
    if (coding != null) {
      headers = headers.and("Content-Encoding", coding.coding());
    }
    String type = name.endsWith(".map") ? "application/json" : "application/javascript";
    boolean head = request.method().equals("HEAD");
    return HttpResponse.of(200, type + "; charset=utf-8", head ? new byte[0] : body)
        .headers(headers);
  }

  private String version() {
    return new String(file("version", null), StandardCharsets.US_ASCII).trim();
  }

  private byte[] file(String name, @Nullable Compression coding) {
    if (coding == null) {
      return files.computeIfAbsent(name, ClientBundles::load);
    }
    return files.computeIfAbsent(name + ' ' + coding.coding(), key -> coding.compress(load(name)));
  }

  private static byte[] load(String name) {
    try (InputStream stream = ClientBundles.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new IllegalStateException(FOLDER + name + " is missing from the class path");
      }
      return stream.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static boolean matches(String ifNoneMatch, String tag) {
    for (String known : ifNoneMatch.split(",")) {
      String trimmed = known.trim();
      if (trimmed.equals("*") || trimmed.equals(tag) || trimmed.equals("W/" + tag)) {
        return true;
      }
    }
    return false;
  }
}
