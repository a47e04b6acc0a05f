package dev.parley.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
  @TempDir
  Path temp;

  private Path root;

  @BeforeEach
  void fill() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
    write("root/index.html", "the page");
    write("root/a b+c.txt", "spaced");
    write("root/app.js", "script");
    write("root/sub/index.html", "the sub page");
    write("root/sub/deep/é.svg", "<svg/>");
    write("root/empty/readme", "no index here");
    write("root/.secret", "hidden");
    write("root/.git/config", "hidden");
    write("outside.txt", "secret");
    write("root-twin/file.txt", "secret");
    Files.createSymbolicLink(root.resolve("leak.txt"), temp.resolve("outside.txt"));
    Files.createSymbolicLink(root.resolve("twin"), temp.resolve("root-twin"));
    Files.createSymbolicLink(root.resolve("alias.js"), root.resolve("app.js"));
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource(delimiter = '|', textBlock = """
      /                       | 200 | the page
      /index.html             | 200 | the page
      /?page=1                | 200 | the page
      /app.js                 | 200 | script
      /app.js?v=2             | 200 | script
      /alias.js               | 200 | script
      /a%20b+c.txt            | 200 | spaced
      /a%20b%2Bc.txt          | 200 | spaced
      /sub/                   | 200 | the sub page
      /sub%2findex.html       | 200 | the sub page
      /sub/deep/%C3%A9.svg    | 200 | <svg/>
      /empty/readme           | 200 | no index here
      /empty/                 | 404 | Not Found
      /empty                  | 404 | Not Found
      /missing                | 404 | Not Found
      /app.js/                | 404 | Not Found
      /app.js/x               | 404 | Not Found
      /.secret                | 404 | Not Found
      /%2esecret              | 404 | Not Found
      /.git/config            | 404 | Not Found
      /../outside.txt         | 404 | Not Found
      /sub/../../outside.txt  | 404 | Not Found
      /sub/../app.js          | 404 | Not Found
      /./app.js               | 404 | Not Found
      /%2e%2e/outside.txt     | 404 | Not Found
      /%2e%2e%2foutside.txt   | 404 | Not Found
      /..%5coutside.txt       | 404 | Not Found
      /..\\outside.txt        | 404 | Not Found
      /sub\\index.html        | 404 | Not Found
      /%252e%252e/outside.txt | 404 | Not Found
      /%c0%ae%c0%ae/outside.txt | 404 | Not Found
      //etc/passwd            | 404 | Not Found
      /%2fetc/passwd          | 404 | Not Found
      //sub                   | 404 | Not Found
      /sub//index.html        | 404 | Not Found
      /app.js%00.txt          | 404 | Not Found
      /app.js%0a              | 404 | Not Found
      /app.js::$DATA          | 404 | Not Found
      /%                      | 404 | Not Found
      /%zz                    | 404 | Not Found
      /leak.txt               | 404 | Not Found
      /twin/file.txt          | 404 | Not Found
      """)
  void answers(String target, int status, String body) throws IOException {
    assertAnswer(get(StaticFiles.directory("/", root), target), status, body);
  }

  @ParameterizedTest(name = "{0} → {1} {2}")
  @CsvSource(delimiter = '|', textBlock = """
      /static/       | 200 | the page
      /static/app.js | 200 | script
      /app.js        | 404 | Not Found
      /              | 404 | Not Found
      /staticapp.js  | 404 | Not Found
      /static/../app.js | 404 | Not Found
      """)
  void appearsUnderItsPrefix(String target, int status, String body) throws IOException {
    assertAnswer(get(StaticFiles.directory("/static", root), target), status, body);
    assertAnswer(get(StaticFiles.directory("/static/", root), target), status, body);
  }

  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource({"/sub, /sub/", "/sub?a=b, /sub/?a=b"})
  void sendsAFolderWithoutASlashToItself(String target, String location) throws IOException {
    HttpResponse response = get(StaticFiles.directory("/", root), target);
    assertThat(response.status()).isEqualTo(308);
    assertThat(response.headers().first("Location")).isEqualTo(location);
  }

  @Test
  void sendsItsPrefixWithoutASlashToItself() throws IOException {
    HttpResponse response = get(StaticFiles.directory("/static/", root), "/static");
    assertThat(response.status()).isEqualTo(308);
    assertThat(response.headers().first("Location")).isEqualTo("/static/");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(delimiter = '|', textBlock = """
      a.html     | text/html; charset=UTF-8
      a.HTML     | text/html; charset=UTF-8
      a.css      | text/css; charset=UTF-8
      a.js       | text/javascript; charset=UTF-8
      a.min.js   | text/javascript; charset=UTF-8
      a.mjs      | text/javascript; charset=UTF-8
      a.json     | application/json
      a.js.map   | application/json
      a.svg      | image/svg+xml
      a.png      | image/png
      a.ico      | image/x-icon
      a.txt      | text/plain; charset=UTF-8
      a.wasm     | application/wasm
      a.woff2    | font/woff2
      a.unknown  | application/octet-stream
      a          | application/octet-stream
      """)
  void tellsTheContentType(String name, String type) throws IOException {
    write("root/" + name, "x");
    HttpResponse response = get(StaticFiles.directory("/", root), "/" + name);
    assertThat(response.headers().first("Content-Type")).isEqualTo(type);
    assertThat(response.headers().first("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "get", "PATCH"})
  void allowsOnlyGetAndHead(String method) throws IOException {
    HttpResponse response =
        StaticFiles.directory("/", root).handle(request(method, "/app.js"), new byte[0]);
    assertThat(response.status()).isEqualTo(405);
    assertThat(response.headers().first("Allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void answersHeadAsGet() throws IOException {
    // The host leaves the body out; it needs it to tell the length.
    HttpResponse response =
        StaticFiles.directory("/", root).handle(request("HEAD", "/app.js"), new byte[0]);
    assertAnswer(response, 200, "script");
  }

  @ParameterizedTest(name = "If-None-Match: {0} → {1}")
  @CsvSource(delimiter = '|', textBlock = """
      ETAG         | 304
      W/ETAG       | 304
      "x", ETAG    | 304
      *            | 304
      "x"          | 200
      x            | 200
      """)
  void sparesWhatTheBrowserHas(String known, int status) throws IOException {
    StaticFiles files = StaticFiles.directory("/", root);
    String etag = get(files, "/app.js").headers().first("ETag");
    assertThat(etag).matches("\"[!-~&&[^\"]]+\"");

    HttpRequest again = request("GET", "/app.js", "If-None-Match", known.replace("ETAG", etag));
    HttpResponse response = files.handle(again, new byte[0]);

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers().first("ETag")).isEqualTo(etag);
    assertThat(response.headers().first("Cache-Control")).isEqualTo("no-cache");
    assertThat(response.body().length).isEqualTo(status == 304 ? 0 : 6);
  }

  @Test
  void noticesAChange() throws IOException {
    StaticFiles files = StaticFiles.directory("/", root);
    String before = get(files, "/app.js").headers().first("ETag");
    Files.writeString(root.resolve("app.js"), "SCRIPT");
    Files.setLastModifiedTime(root.resolve("app.js"), FileTime.fromMillis(1));
    assertAnswer(get(files, "/app.js"), 200, "SCRIPT");
    assertThat(get(files, "/app.js").headers().first("ETag")).isNotEqualTo(before);
  }

  @Test
  void letsBrowsersKeepFiles() throws IOException {
    StaticFiles files = StaticFiles.directory("/", root).maxAge(Duration.ofDays(30));
    assertThat(get(files, "/app.js").headers().first("Cache-Control"))
        .isEqualTo("public, max-age=2592000");
  }

  @Test
  void refusesToHoldALongFileInMemory() throws IOException {
    StaticFiles files = StaticFiles.directory("/", root).maxFileBytes(6);
    assertAnswer(get(files, "/app.js"), 200, "script");
    assertThatThrownBy(() -> get(files, "/sub/"))
        .isInstanceOf(IOException.class)
        .hasMessage("index.html is longer than 6 bytes; see maxFileBytes");
  }

  @Test
  void servesTheClassPath() throws IOException {
    StaticFiles files = StaticFiles.classPath("/", StaticFilesTest.class, "/META-INF/pages");
    assertAnswer(get(files, "/"), 200, "a page of the class path\n");
    assertThat(get(files, "/sub").status()).isEqualTo(308);
    assertAnswer(get(files, "/sub/../index.html"), 404, "Not Found");
    assertAnswer(get(files, "/../pages/index.html"), 404, "Not Found");
    StaticFiles classes = StaticFiles.classPath("/", StaticFilesTest.class, "");
    assertAnswer(get(classes, "/StaticFilesTest.class"), 404, "Not Found");
  }

  @Test
  void servesAJar() throws Exception {
    Path jar = temp.resolve("pages.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      putEntry(zip, "dev/parley/http/pages/", "");
      putEntry(zip, "dev/parley/http/pages/index.html", "packed");
      putEntry(zip, "dev/parley/http/pages/sub/", "");
      putEntry(zip, "dev/parley/http/pages/sub/index.html", "packed too");
      zip.putNextEntry(new ZipEntry("dev/parley/http/StaticFilesTest$Anchor.class"));
      zip.write(Anchor.class.getResourceAsStream("StaticFilesTest$Anchor.class").readAllBytes());
      zip.closeEntry();
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Class<?> anchor = loader.loadClass(Anchor.class.getName());
      StaticFiles files = StaticFiles.classPath("/app/", anchor, "pages");
      assertAnswer(get(files, "/app/"), 200, "packed");
      assertAnswer(get(files, "/app/sub/"), 200, "packed too");
      assertThat(get(files, "/app/sub").headers().first("Location")).isEqualTo("/app/sub/");
      assertThat(get(files, "/app/none").status()).isEqualTo(404);

      String etag = get(files, "/app/").headers().first("ETag");
      HttpRequest again = request("GET", "/app/", "If-None-Match", etag);
      assertThat(files.handle(again, new byte[0]).status()).isEqualTo(304);
    }
  }

  @Test
  void wantsADirectoryThatExists() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticFiles.directory("/", temp.resolve("nowhere")))
        .withMessageContaining("nowhere");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StaticFiles.directory("/", root.resolve("app.js")));
    assertThatIllegalArgumentException().isThrownBy(() -> StaticFiles.directory("static", root));
  }

  /** Is put into a jar. */
  static final class Anchor {}

  private void write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void putEntry(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private static HttpResponse get(StaticFiles files, String target) throws IOException {
    return files.handle(request("GET", target), new byte[0]);
  }

  private static HttpRequest request(String method, String target, String... headers) {
    return new HttpRequest(
        method, target, Headers.of(headers), new InetSocketAddress("127.0.0.1", 1), false);
  }

  private static void assertAnswer(HttpResponse response, int status, String body) {
    assertThat(response.status()).isEqualTo(status);
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(body);
  }
}
