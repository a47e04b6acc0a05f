package dev.parley.netty;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The {@code Date} field of answers, formatted once per second. Lane only. */
final class DateField {
  private long second = Long.MIN_VALUE;
  private byte[] line = {};

  /** The whole field with its line end, in RFC 9110 §5.6.7's form. */
  byte[] line() {
    long now = System.currentTimeMillis() / 1000;
    if (now != second) {
      second = now;
      String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
          Instant.ofEpochSecond(now).atOffset(ZoneOffset.UTC));
      // The JDK's formatter leaves out the leading zero of the day, which RFC 9110 requires.
      line = ("Date: "
              + (date.charAt(6) == ' ' ? date.substring(0, 5) + '0' + date.substring(5) : date)
              + "\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }
    return line;
  }
}
