package dev.parley.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of a directory, or of a folder on the class path, to GET and HEAD:
 *
 * <pre>{@code
 * Parley.builder().listen(8000).http(StaticFiles.directory("/", Path.of("pages"))).build();
 * }</pre>
 *
 * <p>A folder answers with its {@code index.html}, after a redirect if the slash is missing; there are no listings. Names that
 * start with a dot are not served, nor is anything outside the folder, symbolic links included. Files are read anew for each
 * request, so a change shows at once; browsers keep them and ask by ETag. Immutable.
 */
public final class StaticFiles implements HttpHandler {
  private static final String INDEX = "index.html";
  private static final int MAX_FILE_BYTES = 16 * 1024 * 1024;

  private static final Map<String, String> TYPES = Map.ofEntries(
      Map.entry("html", "text/html; charset=UTF-8"),
      Map.entry("htm", "text/html; charset=UTF-8"),
      Map.entry("css", "text/css; charset=UTF-8"),
      Map.entry("js", "text/javascript; charset=UTF-8"),
      Map.entry("mjs", "text/javascript; charset=UTF-8"),
      Map.entry("txt", "text/plain; charset=UTF-8"),
      Map.entry("md", "text/markdown; charset=UTF-8"),
      Map.entry("csv", "text/csv; charset=UTF-8"),
      Map.entry("xml", "application/xml"),
      Map.entry("json", "application/json"),
      Map.entry("map", "application/json"),
      Map.entry("webmanifest", "application/manifest+json"),
      Map.entry("svg", "image/svg+xml"),
      Map.entry("png", "image/png"),
      Map.entry("jpg", "image/jpeg"),
      Map.entry("jpeg", "image/jpeg"),
      Map.entry("gif", "image/gif"),
      Map.entry("webp", "image/webp"),
      Map.entry("avif", "image/avif"),
      Map.entry("ico", "image/x-icon"),
      Map.entry("wasm", "application/wasm"),
      Map.entry("woff", "font/woff"),
      Map.entry("woff2", "font/woff2"),
      Map.entry("ttf", "font/ttf"),
      Map.entry("pdf", "application/pdf"),
      Map.entry("mp3", "audio/mpeg"),
      Map.entry("mp4", "video/mp4"),
      Map.entry("webm", "video/webm"));

  /** Ends with a slash. */
  private final String prefix;

  private final Folder folder;
  private final Duration maxAge;
  private final int maxFileBytes;

  private StaticFiles(String prefix, Folder folder, Duration maxAge, int maxFileBytes) {
    this.prefix = prefix;
    this.folder = folder;
    this.maxAge = maxAge;
    this.maxFileBytes = maxFileBytes;
  }

  /**
   * Serves a directory of the file system.
   *
   * @param prefix the path it appears under, {@code /} for the whole server
   * @throws IllegalArgumentException if there is no such directory
   */
  public static StaticFiles directory(String prefix, Path directory) {
    try {
      Path root = directory.toRealPath();
      if (Files.isDirectory(root)) {
        return new StaticFiles(
            checkPrefix(prefix), new Directory(root), Duration.ZERO, MAX_FILE_BYTES);
      }
    } catch (IOException missing) {
      throw new IllegalArgumentException("there is no directory " + directory, missing);
    }
    throw new IllegalArgumentException(directory + " is not a directory");
  }

  /**
   * Serves a folder of the class path; class files in it are not served. In a named module the folder must be open to this
   * one, or have a name that is no package, such as {@code META-INF/pages}.
   *
   * @param prefix the path it appears under, {@code /} for the whole server
   * @param anchor a class whose loader has the folder
   * @param folder relative to the package of the class, or from the root of the class path if it starts with a slash
   */
  public static StaticFiles classPath(String prefix, Class<?> anchor, String folder) {
    String base = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
    return new StaticFiles(
        checkPrefix(prefix), new ClassPath(anchor, base), Duration.ZERO, MAX_FILE_BYTES);
  }

  /** How long browsers may use a file without asking. Default 0: they keep it, and ask each time whether it has changed. */
  public StaticFiles maxAge(Duration maxAge) {
    if (maxAge.isNegative()) {
      throw new IllegalArgumentException("maximum age " + maxAge + ", at least 0 is allowed");
    }
    return new StaticFiles(prefix, folder, maxAge, maxFileBytes);
  }

  /** The longest file that is served, as each is held in memory while it is sent; a longer one fails with 500. Default 16 MiB. */
  public StaticFiles maxFileBytes(int bytes) {
    if (bytes < 0 || bytes == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maximum file size " + bytes + ", between 0 and 2^31-2 bytes is allowed");
    }
    return new StaticFiles(prefix, folder, maxAge, bytes);
  }

  private static String checkPrefix(String prefix) {
    if (!prefix.startsWith("/")) {
      throw new IllegalArgumentException("prefix \"" + prefix + "\" must start with a slash");
    }
    return prefix.endsWith("/") ? prefix : prefix + "/";
  }

  @Override
  public HttpResponse handle(HttpRequest request, byte[] body) throws IOException {
    String path = request.path();
    if (!path.startsWith(prefix) && !(path + "/").equals(prefix)) {
      return notFound();
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return HttpResponse.text(405, "Method Not Allowed").header("Allow", "GET, HEAD");
    }
    if (path.length() < prefix.length()) {
      return redirectToFolder(request);
    }
    String name = safeName(path.substring(prefix.length()));
    if (name == null) {
      return notFound();
    }
    boolean isFolder = name.isEmpty() || name.endsWith("/");
    File file = folder.find(isFolder ? name + INDEX : name);
    if (file != null) {
      return serve(request, file);
    }
    return !isFolder && folder.find(name + "/" + INDEX) != null
        ? redirectToFolder(request)
        : notFound();
  }

  /** The decoded name, a final slash kept; null if it is not one that a file in the folder could have. */
  private static @Nullable String safeName(String raw) {
    String name;
    try {
      // The decoder is made for forms, where a plus is a space; in a path it is a plus.
      name = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
    if (name.isEmpty()) {
      return name;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c == 127 || c == '\\' || c == ':') {
        return null;
      }
    }
    String withoutEnd = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    for (String part : withoutEnd.split("/", -1)) {
      if (part.isEmpty() || part.startsWith(".")) {
        return null;
      }
    }
    return name;
  }

  private HttpResponse serve(HttpRequest request, File file) throws IOException {
    String etag =
        '"' + Long.toHexString(file.modified()) + '-' + Long.toHexString(file.size()) + '"';
    Headers headers = Headers.of(
        "Cache-Control",
        maxAge.isZero() ? "no-cache" : "public, max-age=" + maxAge.toSeconds(),
        "ETag",
        etag,
        "X-Content-Type-Options",
        "nosniff");
    if (isKnown(request.headers(), etag)) {
      return HttpResponse.of(304).headers(headers);
    }
    return HttpResponse.of(200, contentType(file.name()), read(file)).headers(headers);
  }

  private static boolean isKnown(Headers headers, String etag) {
    return headers.hasToken("If-None-Match", etag)
        || headers.hasToken("If-None-Match", "W/" + etag)
        || headers.hasToken("If-None-Match", "*");
  }

  private static String contentType(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return TYPES.getOrDefault(extension, "application/octet-stream");
  }

  private byte[] read(File file) throws IOException {
    try (InputStream in = file.open()) {
      byte[] bytes = in.readNBytes(maxFileBytes + 1);
      if (bytes.length > maxFileBytes) {
        throw new IOException(
            file.name() + " is longer than " + maxFileBytes + " bytes; see maxFileBytes");
      }
      return bytes;
    }
  }

  private static HttpResponse redirectToFolder(HttpRequest request) {
    String query = request.rawQuery();
    String target = request.path() + '/' + (query.isEmpty() ? "" : '?' + query);
    return HttpResponse.of(308).header("Location", target);
  }

  private static HttpResponse notFound() {
    return HttpResponse.text(404, "Not Found");
  }

  /** Where files come from. */
  private interface Folder {
    /** A regular file by its checked name, or null. */
    @Nullable
    File find(String name) throws IOException;
  }

  private interface Content {
    InputStream open() throws IOException;
  }

  /** @param modified when it was changed last; only compared */
  private record File(String name, long size, long modified, Content content) {
    static @Nullable File at(Path path) throws IOException {
      BasicFileAttributes attributes;
      try {
        attributes = Files.readAttributes(path, BasicFileAttributes.class);
      } catch (NoSuchFileException goneMeanwhile) {
        return null;
      }
      return attributes.isRegularFile() && Files.isReadable(path)
          ? new File(
              path.getFileName().toString(),
              attributes.size(),
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              () -> Files.newInputStream(path))
          : null;
    }

    InputStream open() throws IOException {
      return content.open();
    }
  }

  /** @param root without symbolic links */
  private record Directory(Path root) implements Folder {
    @Override
    public @Nullable File find(String name) throws IOException {
      Path real;
      try {
        real = root.resolve(name).toRealPath();
      } catch (IOException | InvalidPathException missing) {
        return null;
      }
      return real.startsWith(root) ? File.at(real) : null;
    }
  }

  private record ClassPath(Class<?> anchor, String base) implements Folder {
    @Override
    public @Nullable File find(String name) throws IOException {
      URL url = name.endsWith(".class") ? null : anchor.getResource(base + name);
      if (url == null) {
        return null;
      }
      if (url.getProtocol().equals("file")) {
        return File.at(Path.of(toUri(url)));
      }
      URLConnection connection = url.openConnection();
      if (connection instanceof JarURLConnection jar && jar.getJarEntry().isDirectory()) {
        return null;
      }
      return new File(
          name,
          connection.getContentLengthLong(),
          connection.getLastModified(),
          connection::getInputStream);
    }

    private static URI toUri(URL url) throws IOException {
      try {
        return url.toURI();
      } catch (URISyntaxException e) {
        throw new IOException("a resource has a malformed URL", e);
      }
    }
  }
}
