package dev.parley.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the arguments of an event from a command line: each is JSON, or {@code @FILE} with JSON in it, or {@code -} for JSON
 * from the standard input. Numbers keep their digits.
 */
final class JsonArguments {
  /** More than a cluster takes in one message would be read in vain. */
  private static final int MAX_BYTES = 8 << 20;

  private static final JsonMapper STRICT = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
      .build();

  private JsonArguments() {}

  /**
   * @param input what {@code -} reads; to its end
   * @throws IllegalArgumentException saying which argument is wrong, where, and what would be right
   */
  static List<JsonNode> read(List<String> texts, InputStream input) {
    if (texts.stream().filter("-"::equals).count() > 1) {
      throw new IllegalArgumentException("Only one argument can be the standard input.");
    }
    List<JsonNode> values = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      values.add(read("Argument " + (i + 1), texts.get(i), input));
    }
    return values;
  }

  private static JsonNode read(String which, String text, InputStream input) {
    if (text.equals("-")) {
      return parse(which + ", the standard input,", readAll(which, input), "");
    }
    if (text.startsWith("@")) {
      String file = text.substring(1);
      return parse(which + ", the file " + file + ",", readFile(which, file), "");
    }
    return parse(which, text.getBytes(StandardCharsets.UTF_8), hint(text));
  }

  private static JsonNode parse(String which, byte[] json, String hint) {
    try {
      JsonNode value = STRICT.readTree(json);
      if (value.isMissingNode()) {
        throw new IllegalArgumentException(which + " is empty." + hint);
      }
      return value;
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String where = at == null || at.getLineNr() < 1
          ? ""
          : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new IllegalArgumentException(
          which + " is no JSON" + where + ": " + e.getOriginalMessage() + "." + hint, e);
    }
  }

  /** Shells take the quotes of a text, and people forget that it needs its own. */
  private static String hint(String text) {
    boolean looksLikeJson =
        !text.isBlank() && "{[\"-0123456789".indexOf(text.strip().charAt(0)) >= 0;
    return looksLikeJson ? "" : " A text needs quotes of its own: '\"" + text + "\"'";
  }

  private static byte[] readFile(String which, String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return readAll(which, in);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new IllegalArgumentException(which + ": there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          which + ": cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] readAll(String which, InputStream in) {
    byte[] bytes;
    try {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new IllegalArgumentException(which + ": cannot read it: " + e.getMessage(), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          which + " is longer than " + MAX_BYTES + " bytes, which no cluster takes");
    }
    return bytes;
  }
}
