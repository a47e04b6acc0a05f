package dev.parley.server.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Content codings that every browser reads. */
enum Compression {
  GZIP("gzip"),
  DEFLATE("deflate");

  private final String coding;

  Compression(String coding) {
    this.coding = coding;
  }

  String coding() {
    return coding;
  }

  /**
   * The coding that the client likes best (RFC 9110, 12.5.3), gzip if it likes both the same.
   *
   * @param acceptEncoding the header's value, or null
   * @return null if it takes neither
   */
  static @Nullable Compression choose(@Nullable String acceptEncoding) {
    if (acceptEncoding == null) {
      return null;
    }
    double gzip = -1;
    double deflate = -1;
    double others = 0;
    for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",")) {
      int semicolon = part.indexOf(';');
      double weight = semicolon < 0 ? 1 : weight(part.substring(semicolon + 1));
      switch ((semicolon < 0 ? part : part.substring(0, semicolon)).trim()) {
        case "gzip", "x-gzip" -> gzip = weight;
        case "deflate" -> deflate = weight;
        case "*" -> others = weight;
        default -> {
          // A coding that we do not have.
        }
      }
    }
    gzip = gzip < 0 ? others : gzip;
    deflate = deflate < 0 ? others : deflate;
    if (gzip <= 0 && deflate <= 0) {
      return null;
    }
    return gzip >= deflate ? GZIP : DEFLATE;
  }

  private static double weight(String parameters) {
    for (String parameter : parameters.split(";")) {
      String trimmed = parameter.trim();
      if (trimmed.startsWith("q=")) {
        try {
          double weight = Double.parseDouble(trimmed.substring(2));
          return weight >= 0 && weight <= 1 ? weight : 0;
        } catch (NumberFormatException malformed) {
          return 0;
        }
      }
    }
    return 1;
  }

  byte[] compress(byte[] body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 4 + 64);
    try (OutputStream stream =
        this == GZIP ? new GZIPOutputStream(compressed) : new DeflaterOutputStream(compressed)) {
      stream.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return compressed.toByteArray();
  }
}
