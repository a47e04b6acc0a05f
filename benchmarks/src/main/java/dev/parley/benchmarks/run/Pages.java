package dev.parley.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts results into a page that people write. */
final class Pages {
  private static final String BEGIN = "<!-- results -->\n";
  private static final String END = "<!-- end of results -->\n";

  private Pages() {}

  /** Replaces what stands between the markers. @throws IOException if the page has none */
  static void replace(Path page, String results) throws IOException {
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(page + " has no place for results");
    }
    Files.writeString(
        page,
        text.substring(0, begin + BEGIN.length()) + "\n" + results + "\n" + text.substring(end));
  }
}
